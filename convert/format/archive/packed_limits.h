// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include <algorithm>
#include <cstdint>

namespace h2k {

/// The largest member that is unpacked, and the largest disk.
constexpr std::uint64_t largest_member = std::uint64_t{64} << 40;
/// Up to this size even a decompression bomb is harmless.
constexpr std::uint64_t harmless_size = std::uint64_t{64} << 20;

/// Bytes that @packed bytes may become if their number is not declared.  A disk that was never written is zeros,
/// of which gzip makes 1:1030, xz 1:6900 and zstd 1:32768, one block of four bytes for 128 KiB: all of these are
/// accepted. bzip2 exceeds 1:1000000; such an empty disk has to be in an archive, which declares its size.
[[nodiscard]] constexpr std::uint64_t most_unpacked(std::uint64_t packed) {
    constexpr std::uint64_t ratio = 40000;
    return std::min(largest_member, harmless_size + ratio * std::min(packed, largest_member / ratio));
}

/// Non-zero bytes, which take space on the host, that @packed bytes may become.  Deflate cannot exceed
/// 1:1032; a higher ratio is one repeated pattern and not the disk of a system.
constexpr unsigned usual_expansion = 1100;
[[nodiscard]] constexpr std::uint64_t most_stored(std::uint64_t packed, std::uint64_t ratio = usual_expansion) {
    return std::min(largest_member, harmless_size + ratio * std::min(packed, largest_member / ratio));
}

} // namespace h2k
