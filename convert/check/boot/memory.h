// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include <cstdint>
#include <optional>
#include <string_view>

namespace h2k {

/// With less than this no system of today starts, bytes.
constexpr std::uint64_t least_boot_memory = 256u << 20;

/// Bytes that the booted copy of a domain with @wanted bytes gets on a host with @available: at most three quarters of
/// those.  Null if that is less than it has to have: least_boot_memory, or what it wants if that is less.
[[nodiscard]] std::optional<std::uint64_t> boot_memory(std::uint64_t wanted, std::uint64_t available);

/// MemAvailable of @meminfo, the text of /proc/meminfo, in bytes; null if it is not there.
[[nodiscard]] std::optional<std::uint64_t> available_in(std::string_view meminfo);
/// That of this host.
[[nodiscard]] std::optional<std::uint64_t> available_memory();

} // namespace h2k
