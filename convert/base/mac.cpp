// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/base/mac.h"
#include "convert/base/text.h"
#include <glib.h>

namespace h2k {

std::string parse_mac(std::string_view text) {
    constexpr std::size_t with_separators = 17, bare = 12;
    const auto plain = trim(text);
    if (plain.size() != with_separators && plain.size() != bare)
        return {};
    const std::size_t pair = plain.size() == bare ? 2 : 3;
    std::string mac;
    for (std::size_t at = 0; at < plain.size(); at += pair) {
        if (!g_ascii_isxdigit(plain[at]) || !g_ascii_isxdigit(plain[at + 1]) ||
            (pair == 3 && at + 2 < plain.size() && plain[at + 2] != ':' && plain[at + 2] != '-'))
            return {};
        mac += (at ? ":" : "") + lower(plain.substr(at, 2));
    }
    return mac;
}

bool is_mac_of_card(std::string_view mac) {
    return mac.size() == 17 && !(g_ascii_xdigit_value(mac[1]) & 1) && mac != "00:00:00:00:00:00";
}

} // namespace h2k
