// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include <cstdint>
#include <optional>
#include <string>

namespace h2k {

/// @quantity in @units as bytes: a programmatic unit such as "byte * 2^20" (DSP0004, annex C.1), or one of the words
/// that writers used before there were any: "MegaBytes", "GB".  Null where that is no amount of bytes, or one that is
/// larger than 64 bits.
[[nodiscard]] std::optional<std::uint64_t> ovf_bytes(const std::string &quantity, const std::string &units);

} // namespace h2k
