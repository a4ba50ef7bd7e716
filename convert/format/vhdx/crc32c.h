// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include <cstdint>
#include <string_view>

namespace h2k {

/// CRC-32C (RFC 3720, section 12.1): polynomial 0x1edc6f41, reflected, all bits inverted before and after.
[[nodiscard]] std::uint32_t crc32c(std::string_view bytes);

} // namespace h2k
