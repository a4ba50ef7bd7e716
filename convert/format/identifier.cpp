// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/format/identifier.h"
#include <algorithm>
#include <cstddef>

namespace h2k {

namespace {
constexpr std::size_t identifier_size = 16;
}

std::string uuid_text(std::string_view bytes) {
    constexpr std::string_view digits = "0123456789abcdef";
    if (bytes.size() < identifier_size)
        return {};
    std::string text;
    for (std::size_t i = 0; i < identifier_size; i++) {
        const auto byte = static_cast<unsigned char>(bytes[i]);
        if (i == 4 || i == 6 || i == 8 || i == 10)
            text += '-';
        text += {digits[byte >> 4], digits[byte & 0xf]};
    }
    return text;
}

std::string guid_text(std::string_view bytes) {
    if (bytes.size() < identifier_size)
        return {};
    std::string turned{bytes.substr(0, identifier_size)};
    std::reverse(turned.begin(), turned.begin() + 4);
    std::reverse(turned.begin() + 4, turned.begin() + 6);
    std::reverse(turned.begin() + 6, turned.begin() + 8);
    return uuid_text(turned);
}

} // namespace h2k
