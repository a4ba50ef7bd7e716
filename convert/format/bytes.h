// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include <bit>
#include <concepts>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace h2k {

/// An integer of @from that is stored with its least significant byte first; 0 where @from ends before it.
template <std::unsigned_integral T> [[nodiscard]] T little_endian(std::string_view from, std::size_t offset) {
    T value = 0;
    if (offset <= from.size() && sizeof value <= from.size() - offset)
        std::memcpy(&value, from.data() + offset, sizeof value);
    return std::endian::native == std::endian::little ? value : std::byteswap(value);
}

/// @value as it is stored with its least significant byte first.
template <std::unsigned_integral T> [[nodiscard]] std::string little_endian_bytes(T value) {
    if constexpr (std::endian::native != std::endian::little)
        value = std::byteswap(value);
    return {reinterpret_cast<const char *>(&value), sizeof value};
}

/// As little_endian(), with the most significant byte first.
template <std::unsigned_integral T> [[nodiscard]] T big_endian(std::string_view from, std::size_t offset) {
    return std::byteswap(little_endian<T>(from, offset));
}

/// As little_endian_bytes(), with the most significant byte first.
template <std::unsigned_integral T> [[nodiscard]] std::string big_endian_bytes(T value) {
    return little_endian_bytes(std::byteswap(value));
}

} // namespace h2k
