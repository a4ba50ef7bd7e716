// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/guest/handle.h"
#include "convert/model/request.h"
#include "convert/model/storage.h"
#include <span>
#include <vector>

namespace h2k {

/// Opens each LUKS device of @devices for which one of @keys is meant, and what comes to light in it, until nothing new
/// does.  What they hold is added to @devices; BlockDevice::lock tells how each ended.  Returns the mappings, in the
/// order of opening.  @warnings: whole sentences about keys that fit nothing.
[[nodiscard]] Result<std::vector<std::string>> open_encrypted(const Handle &handle, std::vector<BlockDevice> &devices,
                                                              std::span<const DiskKey> keys,
                                                              std::vector<std::string> &warnings);
/// Closes @mappings, whose file systems are unmounted, last first.  What cannot be closed ends with the appliance.
void close_encrypted(const Handle &handle, const std::vector<std::string> &mappings);

} // namespace h2k
