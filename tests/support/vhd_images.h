// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "tests/support/differencing.h"

namespace h2k::test {

/// Corrects the checksum of a part of a VHD after a change.
inline void sign(std::string &file, std::size_t part, std::size_t length, std::size_t checksum) {
    file.replace(part + checksum, 4, 4, '\0');
    std::uint32_t sum = 0;
    for (std::size_t at = part; at < part + length; at++)
        sum += static_cast<unsigned char>(file[at]);
    for (std::size_t i = 0; i < 4; i++)
        file[part + checksum + i] = static_cast<char>(~sum >> (24 - 8 * i));
}

/// @value as @bytes bytes, the most significant one first.
inline std::string number(std::uint64_t value, int bytes) {
    std::string text;
    while (bytes-- > 0)
        text += static_cast<char>(value >> (8 * bytes));
    return text;
}

} // namespace h2k::test
