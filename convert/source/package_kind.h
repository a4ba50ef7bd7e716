// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/source/folder/similar.h"
#include "convert/source/image_kind.h"

namespace h2k {

/// What a user named: a file or a folder of the host.
struct Place {
    std::string path;               ///< absolute, every link resolved
    std::optional<HostFile> file;   ///< null for a folder
    std::string head;               ///< the first bytes of the file, at most head_size
    Allowance *allowance = nullptr; ///< of reading what lies there
};

class Members;

/// One way to describe a whole machine: an appliance, a settings file, an exported folder.
class PackageKind {
  public:
    virtual ~PackageKind() = default;
    [[nodiscard]] virtual bool recognises(const Place &place) const = 0;
    /// The machine as its metadata describes it.  Everything damaged, unsafe or not supported is H2K_ERROR_SOURCE.
    [[nodiscard]] virtual Result<CarryPlan> describe(const Place &place, const Request &request) const = 0;

    // A kind whose machine is described by a text that names files beside it can also lie in an archive.

    /// How the names of such texts end, in lower case.
    [[nodiscard]] virtual std::span<const std::string_view> suffixes() const { return {}; }
    /// Is @text, of a file with one of these suffixes, such a description?
    [[nodiscard]] virtual bool is_description(std::string_view) const { return false; }
    /// As describe(), for the text of the name @name; the files that it names are @members.
    [[nodiscard]] virtual Result<CarryPlan> describe_text(const std::string &name, std::string_view text,
                                                          const Members &members, const Request &request) const;
};

[[nodiscard]] const PackageKind &ovf_kind();
[[nodiscard]] const PackageKind &vmx_kind();
[[nodiscard]] const PackageKind &vbox_kind();
[[nodiscard]] const PackageKind &hyper_v_kind();
/// A folder with the descriptor of one machine; knows the other kinds, so it comes last.
[[nodiscard]] const PackageKind &folder_kind();

/// All of them, in the order in which they are tried.
[[nodiscard]] std::span<const PackageKind *const> package_kinds();

/// The kind that a machine is of which @text, in a file of this name, describes; null: it describes none.
[[nodiscard]] const PackageKind *description_kind(const std::string &name, std::string_view text);

/// The files of a package, by the names that its descriptor has for them.
class Members {
  public:
    virtual ~Members() = default;
    /// Opens one in place, as a file or as a part of an archive.  What is not there, leads out of the package or
    /// is packed is H2K_ERROR_SOURCE.
    [[nodiscard]] virtual Result<HostFile> open(const std::string &name) const = 0;
    /// How to unpack one that cannot be opened in place; null for those that can.
    [[nodiscard]] virtual std::optional<Fetch> packed(const std::string &name) const = 0;
    /// Names of all of them, as far as they are known before anything is unpacked.
    [[nodiscard]] virtual const std::vector<std::string> &names() const = 0;
    /// Where the files that images of this package refer to may lie.
    [[nodiscard]] virtual const Fence &fence() const = 0;
    /// The only one of names() that is @name but for case and normal form.
    [[nodiscard]] std::optional<std::string> similar(const std::string &name) const;

  private:
    mutable std::optional<SimilarNames> similar_;
};

/// A disk whose image has to be unpacked first.
[[nodiscard]] Disk packed_disk(Fetch fetch);

/// The machine that the OVF descriptor @text of the name @ovf describes, with its disks and the digests of its
/// manifest.
[[nodiscard]] Result<CarryPlan> describe_ovf(const std::string &ovf, std::string_view text, const Members &members,
                                             const Request &request);

} // namespace h2k
