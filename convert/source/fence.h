// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/format/host_file.h"
#include "convert/source/folder/similar.h"
#include <map>
#include <optional>
#include <vector>

namespace h2k {

/// Where the files that a source refers to may lie.  The reference is not trusted: what it names could be a key of the
/// host or another guest's disk.
class Fence {
  public:
    /// @folder: real path of the source's own folder.  @below: its sub-folders too, as a package has them; a single
    /// disk has none, and "/" never has.  @allowed: folders that the user allows to be read, with all sub-folders.
    Fence(std::string folder, bool below, const std::vector<std::string> &allowed);
    /// For a disk whose format only its own header says: that could have been written by its guest, so nothing that it
    /// refers to is opened, but for its own parts.
    [[nodiscard]] static Fence for_parts(std::string folder, const std::vector<std::string> &allowed);
    /// For a disk that the user named and whose format the user specified.
    [[nodiscard]] static Fence for_disk(std::string folder, const std::vector<std::string> &allowed);
    /// Allows nothing: an unpacked image must not refer to another file.
    [[nodiscard]] static Fence nothing();
    /// May a file with this real path be read?  Nothing hidden is, unless the user allows its folder.
    [[nodiscard]] bool holds(const std::string &real) const;
    /// Opens the file that @by names as @reference: as it is written, relative to @by's folder, or by its base name in
    /// the folder of @by, since images are moved and their references are not; a file that is where the reference says
    /// counts, and if it must not be read, no other one is taken for it.  '\\' separates names too.  Where there is no
    /// such file, the only one counts whose name differs by case or by the normal form of Unicode alone.  It belongs to
    /// the owner of @by or to root, unless its folder is allowed or the source's folder is a plain user's own.
    [[nodiscard]] Result<HostFile> open(const HostFile &by, const std::string &reference) const;
    /// The same for a file that its name shows to be a part of @by.
    [[nodiscard]] Result<HostFile> open_part(const HostFile &by, const std::string &reference) const;
    /// Did the user name the disk, and not a package?  Then --input-format applies to it.
    [[nodiscard]] bool is_of_users_disk() const noexcept { return users_disk_; }

  private:
    [[nodiscard]] std::vector<std::string> places_of(const std::string &folder,
                                                     const std::vector<std::string> &names) const;
    [[nodiscard]] std::optional<std::string> similar(const std::string &path) const;
    [[nodiscard]] bool is_allowed(const std::string &real) const;
    [[nodiscard]] Result<> require_same_owner(const HostFile &by, const HostFile &file) const;
    std::string folder_;
    bool below_, parts_only_ = false, users_disk_ = false, unpacked_ = false;
    std::vector<std::string> allowed_;
    mutable std::map<std::string, SimilarNames> listed_; ///< folders in which a name was looked for
};

} // namespace h2k
