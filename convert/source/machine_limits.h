// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include <cstdint>

namespace h2k {

// What a stranger's description may ask of a host at most.
constexpr std::uint64_t most_memory = std::uint64_t{16} << 40; ///< bytes
/// QEMU's limit for q35 since 9.1; older ones have lower limits.
constexpr unsigned most_processors = 4096;

} // namespace h2k
