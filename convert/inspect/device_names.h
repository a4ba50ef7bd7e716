// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/model/guest.h"

namespace h2k {

/// The devices, with what the system on @root calls them in BlockDevice::names: its crypttab and kernel arguments name
/// opened devices, its mdadm.conf names RAID sets, its fstab and crypttab name disks by identifiers.  @wwns: of the
/// disks, in their order; empty where not known.
[[nodiscard]] Result<std::vector<BlockDevice>> devices_as_named_on(const StorageView &storage, const std::string &root,
                                                                   const std::vector<std::string> &wwns = {});

} // namespace h2k
