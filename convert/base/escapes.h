// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include <glib.h>
#include <string>
#include <string_view>

namespace h2k {

/// @text with each \xNN, as udev and systemd write it, as the byte that it means.
[[nodiscard]] inline std::string without_hex_escapes(std::string_view text) {
    std::string plain;
    for (std::size_t i = 0; i < text.size(); ++i)
        if (i + 3 < text.size() && text[i] == '\\' && text[i + 1] == 'x' && g_ascii_isxdigit(text[i + 2]) &&
            g_ascii_isxdigit(text[i + 3])) {
            plain += static_cast<char>(g_ascii_xdigit_value(text[i + 2]) * 16 + g_ascii_xdigit_value(text[i + 3]));
            i += 3;
        } else
            plain += text[i];
    return plain;
}

} // namespace h2k
