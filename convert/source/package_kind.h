// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/source/image_kind.h"

namespace h2k {

/// What a user named: a file or a folder of the host.
struct Place {
    std::string path;               ///< absolute, every link resolved
    std::optional<HostFile> file;   ///< null for a folder
    std::string head;               ///< the first bytes of the file, at most head_size
    Allowance *allowance = nullptr; ///< of reading what lies there
};

/// One way to describe a whole machine: an appliance, a settings file, an exported folder.
class PackageKind {
  public:
    virtual ~PackageKind() = default;
    [[nodiscard]] virtual bool recognises(const Place &place) const = 0;
    /// The machine as its metadata describes it.  Everything damaged, unsafe or not supported is H2K_ERROR_SOURCE.
    [[nodiscard]] virtual Result<CarryPlan> describe(const Place &place, const Request &request) const = 0;
};

[[nodiscard]] const PackageKind &ovf_kind();
[[nodiscard]] const PackageKind &vmx_kind();
[[nodiscard]] const PackageKind &hyper_v_kind();
/// A folder with the descriptor of one machine; knows the other kinds, so it comes last.
[[nodiscard]] const PackageKind &folder_kind();

/// All of them, in the order in which they are tried.
[[nodiscard]] std::span<const PackageKind *const> package_kinds();

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
};

/// The machine that the OVF descriptor @text of the name @ovf describes, with its disks and the digests of its
/// manifest.
[[nodiscard]] Result<CarryPlan> describe_ovf(const std::string &ovf, std::string_view text, const Members &members,
                                             const Request &request);

} // namespace h2k
