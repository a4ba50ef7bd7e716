// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/format/vhdx/crc32c.h"
#include <array>

namespace h2k {

namespace {

constexpr std::array<std::uint32_t, 256> make_table() {
    constexpr std::uint32_t reflected_polynomial = 0x82f63b78;
    std::array<std::uint32_t, 256> table{};
    for (std::uint32_t byte = 0; byte < table.size(); byte++) {
        auto value = byte;
        for (int bit = 0; bit < 8; bit++)
            value = value & 1 ? value >> 1 ^ reflected_polynomial : value >> 1;
        table[byte] = value;
    }
    return table;
}

} // namespace

std::uint32_t crc32c(std::string_view bytes) {
    static constexpr auto table = make_table();
    std::uint32_t value = ~std::uint32_t{0};
    for (const char c : bytes)
        value = value >> 8 ^ table[(value ^ static_cast<unsigned char>(c)) & 0xff];
    return ~value;
}

} // namespace h2k
