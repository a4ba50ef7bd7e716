// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/source/archive/list.h"

namespace h2k {

/// Those of @members that belong to the VMDK whose descriptor is the text @member: its extents, and those
/// of its parents, as far as their descriptors are texts too.  What is missing is reported when it is unpacked.
[[nodiscard]] std::vector<const ArchiveMember *> vmdk_parts(const std::vector<ArchiveMember> &members,
                                                            const ArchiveMember &member);

/// Is it the text of a VMDK descriptor?
[[nodiscard]] bool is_vmdk_text(const ArchiveMember &member);

} // namespace h2k
