// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/guest/initramfs/compressed_length.h"
#include <cstdint>

namespace h2k {

namespace {

/// @count little-endian bytes at @at; 0 beyond the end.
std::uint32_t number(std::string_view bytes, std::size_t at, unsigned count) {
    std::uint32_t value = 0;
    for (unsigned i = 0; i < count && at + i < bytes.size(); ++i)
        value |= static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[at + i])) << (8 * i);
    return value;
}

std::optional<std::size_t> within(std::string_view bytes, std::size_t length) {
    if (length > bytes.size())
        return std::nullopt;
    return length;
}

/// CRC-32 of IEEE 802.3, as .xz uses it.
std::uint32_t crc32(std::string_view bytes) {
    std::uint32_t crc = 0xffffffff;
    for (const char byte : bytes) {
        crc ^= static_cast<unsigned char>(byte);
        for (int bit = 0; bit < 8; ++bit)
            crc = crc >> 1 ^ (crc & 1 ? 0xedb88320u : 0u);
    }
    return ~crc;
}

} // namespace

std::optional<std::size_t> zstd_length(std::string_view bytes) {
    constexpr unsigned id_sizes[] = {0, 1, 2, 4}, content_sizes[] = {0, 2, 4, 8};
    const auto descriptor = number(bytes, 4, 1);
    const bool single_segment = descriptor & 0x20, checksum = descriptor & 0x04;
    auto content_size = content_sizes[descriptor >> 6];
    if (content_size == 0 && single_segment)
        content_size = 1;
    std::size_t at = 5 + (single_segment ? 0u : 1u) + id_sizes[descriptor & 3] + content_size;
    for (bool last = false; !last;) {
        if (at + 3 > bytes.size())
            return std::nullopt;
        const auto block = number(bytes, at, 3);
        constexpr unsigned repeated = 1, reserved = 3;
        const auto type = block >> 1 & 3;
        if (type == reserved)
            return std::nullopt;
        at += 3 + (type == repeated ? 1 : block >> 3);
        last = block & 1;
    }
    return within(bytes, at + (checksum ? 4 : 0));
}

std::optional<std::size_t> xz_length(std::string_view bytes) {
    constexpr std::size_t header_size = 12, footer_size = 12;
    if (bytes.size() < header_size + footer_size)
        return std::nullopt;
    const auto flags = bytes.substr(6, 2);
    for (std::size_t footer = header_size; footer + footer_size <= bytes.size(); footer += 4) {
        if (bytes.substr(footer + 10, 2) != "YZ" || bytes.substr(footer + 8, 2) != flags)
            continue;
        const std::uint64_t index_size = (std::uint64_t{number(bytes, footer + 4, 4)} + 1) * 4;
        if (index_size <= footer - header_size && bytes[footer - index_size] == '\0' &&
            crc32(bytes.substr(footer + 4, 6)) == number(bytes, footer, 4))
            return footer + footer_size;
    }
    return std::nullopt;
}

std::optional<std::size_t> lz4_legacy_length(std::string_view bytes) {
    // A block of at most 8 MiB never grows beyond this; a greater size is the start of something else.
    constexpr std::uint32_t block_size = 8u << 20, bound = block_size + block_size / 255 + 16;
    std::size_t at = 4;
    while (at + 4 <= bytes.size()) {
        const auto size = number(bytes, at, 4);
        if (size == 0 || size > bound)
            break;
        at += 4 + std::size_t{size};
        if (at > bytes.size())
            return std::nullopt;
    }
    return at;
}

} // namespace h2k
