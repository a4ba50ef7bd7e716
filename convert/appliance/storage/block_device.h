// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/appliance/handle.h"
#include "convert/model/storage.h"

namespace h2k {

/// What blkid says of @name; its name alone where blkid says nothing.  A size only where it is a partition.
[[nodiscard]] Result<BlockDevice> tagged_device(const Handle &handle, const std::string &name);
/// Bytes.
[[nodiscard]] Result<std::uint64_t> device_size(const Handle &handle, const std::string &name);
/// tagged_device() with the size of whatever device it is.
[[nodiscard]] Result<BlockDevice> look_up(const Handle &handle, const std::string &name);

} // namespace h2k
