// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/model/guest.h"
#include "convert/model/inspection.h"

namespace h2k {

/// Appliance names of the file systems that hold an operating system's root, in device order.
[[nodiscard]] Result<std::vector<std::string>> find_roots(const StorageView &storage);
/// What the guest mounts, "/" first, then by depth: its fstab read from @root, each spelling resolved.
/// Entries of devices that are not there are left out; swap, network and pseudo file systems too.
[[nodiscard]] Result<std::vector<Mount>> plan_mounts(const StorageView &storage, const std::string &root);
/// What the mounted guest is.
[[nodiscard]] Result<Inspection> inspect(const GuestView &guest, std::vector<BlockDevice> devices,
                                         std::vector<Mount> mounts);

} // namespace h2k
