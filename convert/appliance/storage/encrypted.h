// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/appliance/handle.h"
#include "convert/base/notice.h"
#include "convert/model/request.h"
#include "convert/model/storage.h"
#include <span>
#include <vector>

namespace h2k {

/// Opens each LUKS device of @devices for which one of @keys is meant, and what is found in it, until nothing new
/// is.  What they hold is added to @devices; BlockDevice::lock says how each ended.  Returns the mappings, in the
/// order of opening.  A key that opens nothing adds a notice.
[[nodiscard]] Result<std::vector<std::string>> open_encrypted(const Handle &handle, std::vector<BlockDevice> &devices,
                                                              std::span<const DiskKey> keys, Notices &notices);
/// Closes @mappings, whose file systems are unmounted, last first.  What cannot be closed ends with the appliance.
void close_encrypted(const Handle &handle, const std::vector<std::string> &mappings);

} // namespace h2k
