// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/source/archive/list.h"
#include "convert/source/archive/vmdk_parts.h"
#include "convert/source/package_kind.h"
#include <map>

namespace h2k {

/// An archive, where it is and what is in it.
struct Archive {
    HostFile file;                   ///< it, or the archive that it is in
    std::vector<std::string> within; ///< the member of @file that it is; empty: it is @file
    std::string name;                ///< of the archive itself, printable
    ArchiveList list;
};

/// Opens the same file or part again, so that the caller owns it.
[[nodiscard]] Result<HostFile> reopen(const HostFile &file);

/// How @member is unpacked from @archive, also where the member is itself compressed.
[[nodiscard]] Fetch fetch_of(const Archive &archive, const ArchiveMember &member);
/// The same, where no member of @parts may be a part of two images.
[[nodiscard]] Fetch fetch_of(const Archive &archive, const ArchiveMember &member, VmdkParts &parts);

/// The files of a machine in an archive, by names that are seen from the folder of its description.
class ArchiveMembers final : public Members {
  public:
    /// @descriptor: name of the description in @archive, which has to live longer.
    ArchiveMembers(const Archive &archive, const std::string &descriptor, const Fence &fence);
    [[nodiscard]] Result<HostFile> open(const std::string &name) const override;
    [[nodiscard]] std::optional<Fetch> packed(const std::string &name) const override;
    [[nodiscard]] const std::vector<std::string> &names() const override { return names_; }
    [[nodiscard]] const Fence &fence() const override { return fence_; }

  private:
    [[nodiscard]] Result<std::string> full_name(const std::string &name) const;
    [[nodiscard]] const ArchiveMember *find(const std::string &full) const;
    [[nodiscard]] const ArchiveMember *named(const std::string &name) const;
    const Archive &archive_;
    std::string folder_; ///< with a '/' at its end; empty at the top
    std::vector<std::string> names_;
    std::map<std::string, const ArchiveMember *> by_last_part_; ///< folded; null: several
    const Fence &fence_;
};

} // namespace h2k
