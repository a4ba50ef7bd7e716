// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/error.h"
#include "convert/model/storage.h"
#include <string>
#include <string_view>

namespace h2k {

/// One device as one field of a message.
[[nodiscard]] Result<std::string> device_fields(const BlockDevice &device);
/// And back.  H2K_ERROR_FAILED where it is none.
[[nodiscard]] Result<BlockDevice> device_from(std::string_view field);

} // namespace h2k
