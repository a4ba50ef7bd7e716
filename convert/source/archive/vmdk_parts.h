// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/source/archive/list.h"
#include <map>

namespace h2k {

/// Is @member the text descriptor of a VMDK?
[[nodiscard]] bool is_vmdk_text(const ArchiveMember &member);

/// The members of an archive that can be parts of a VMDK.
class VmdkParts {
  public:
    /// @members have to live longer.
    explicit VmdkParts(const std::vector<ArchiveMember> &members);
    /// Takes the members that belong to the VMDK whose descriptor is the text @member: its extents, and those of its
    /// parents, as far as their descriptors are texts too.  What is missing is reported when it is unpacked.  Each
    /// member is taken once, so that no text is read for each other one that names it.
    [[nodiscard]] std::vector<const ArchiveMember *> take(const ArchiveMember &member);

  private:
    std::map<std::string, const ArchiveMember *> unused_; ///< by folder and folded name; of several the first
};

} // namespace h2k
