// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/format/bytes.h"
#include "convert/format/vhdx/crc32c.h"
#include "tests/support/differencing.h"

namespace h2k::test {

constexpr std::size_t vhdx_headers[] = {64u << 10, 128u << 10};
constexpr std::size_t vhdx_regions = 192u << 10;

/// @value as @bytes bytes, the least significant one first.
inline std::string number(std::uint64_t value, int bytes) {
    std::string text;
    for (int i = 0; i < bytes; i++)
        text += static_cast<char>(value >> (8 * i));
    return text;
}

inline std::string part_of(const std::string &path, std::uint64_t offset, std::size_t length) {
    return unwrap(unwrap(HostFile::open(path)).read(offset, length));
}

/// Changes bytes in a part of a VHDX of @length bytes, and updates the checksum of that part.
inline void patch_signed(const std::string &path, std::size_t part, std::size_t length, std::size_t offset,
                         std::string_view bytes) {
    auto all = part_of(path, part, length);
    all.replace(offset, bytes.size(), bytes).replace(4, 4, 4, '\0');
    all.replace(4, 4, number(crc32c(all), 4));
    patch(path, static_cast<off_t>(part), all);
}

inline void patch_headers(const std::string &path, std::size_t offset, std::string_view bytes) {
    for (const auto header : vhdx_headers)
        patch_signed(path, header, 4096, offset, bytes);
}

inline void patch_regions(const std::string &path, std::size_t offset, std::string_view bytes) {
    patch_signed(path, vhdx_regions, 64u << 10, offset, bytes);
}

/// Where the region whose entry is the @index-th one lies.
inline std::uint64_t region_of(const std::string &path, std::size_t index) {
    return little_endian<std::uint64_t>(part_of(path, vhdx_regions + 16 + 32 * index + 16, 8), 0);
}

} // namespace h2k::test
