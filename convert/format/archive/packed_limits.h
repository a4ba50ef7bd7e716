// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include <algorithm>
#include <cstdint>

namespace h2k {

/// Nothing larger than this is taken out of an archive, and no disk is believed to be larger.
constexpr std::uint64_t largest_member = std::uint64_t{64} << 40;
/// No bomb is too small to be taken whole.
constexpr std::uint64_t harmless_size = std::uint64_t{64} << 20;

/// Bytes that @packed bytes may become where nothing says how many they are.  A disk that was never written is zeros,
/// of which gzip makes 1:1030, xz 1:6900 and zstd 1:32768, one block of four bytes for 128 KiB: all of these pass.
/// bzip2 goes beyond a million; a disk that is empty to this degree has to be in an archive, which tells its size.
[[nodiscard]] constexpr std::uint64_t most_unpacked(std::uint64_t packed) {
    constexpr std::uint64_t ratio = 40000;
    return std::min(largest_member, harmless_size + ratio * std::min(packed, largest_member / ratio));
}

/// Bytes other than zeros, which take space on the host, that may come out of @packed bytes.  Deflate cannot exceed
/// 1:1032; what others pack further is one pattern over and over and no system's disk.
[[nodiscard]] constexpr std::uint64_t most_stored(std::uint64_t packed) {
    constexpr std::uint64_t ratio = 1100;
    return std::min(largest_member, harmless_size + ratio * std::min(packed, largest_member / ratio));
}

} // namespace h2k
