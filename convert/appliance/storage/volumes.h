// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/appliance/handle.h"
#include "convert/model/storage.h"
#include <vector>

namespace h2k {

/// Adds the RAID sets and logical volumes that lie on @devices and are not among them yet.
[[nodiscard]] Result<> add_assembled(const Handle &handle, std::vector<BlockDevice> &devices);

} // namespace h2k
