// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include <cstdint>

namespace h2k {

constexpr std::uint64_t sector_size = 512;
/// The only other size of a logical sector that disks have.
constexpr unsigned large_sector_size = 4096;
constexpr std::uint64_t mebibyte = std::uint64_t{1} << 20;
/// A larger disk is refused; it is also the limit of QEMU and VMware.
constexpr std::uint64_t largest_disk = std::uint64_t{64} << 40;

} // namespace h2k
