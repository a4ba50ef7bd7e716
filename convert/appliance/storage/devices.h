// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/appliance/handle.h"
#include "convert/model/storage.h"
#include <vector>

namespace h2k {

/// The partitions, volumes and unpartitioned disks of a launched appliance, in that order.
/// Uses blkid alone: guestfs_list_filesystems takes nine seconds where there is no KVM, this one.
[[nodiscard]] Result<std::vector<BlockDevice>> list_devices(const Handle &handle);

} // namespace h2k
