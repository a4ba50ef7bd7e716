// SPDX-License-Identifier: LGPL-2.1-or-later
#include "fixers/text/systemd_escape.h"
#include "convert/base/escapes.h"
#include <algorithm>
#include <glib.h>

namespace h2k::text {

std::string unit_name_of_path(std::string_view path) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string name;
    for (const char c : path.substr(path.starts_with('/') ? 1 : 0)) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '/')
            name += '-';
        else if (g_ascii_isalnum(c) || c == ':' || c == '_' || (c == '.' && !name.empty()))
            name += c;
        else
            (name += "\\x") += {digits[byte >> 4], digits[byte & 15]};
    }
    return name;
}

std::string path_of_unit_name(std::string_view name) {
    std::string path{name};
    std::ranges::replace(path, '-', '/');
    return "/" + without_hex_escapes(path);
}

} // namespace h2k::text
