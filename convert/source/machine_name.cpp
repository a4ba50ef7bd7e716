// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/source/machine_name.h"
#include "convert/base/files.h"
#include "convert/format/name_kind.h"

namespace h2k {

std::string machine_name(const std::string &path) {
    constexpr std::size_t longest = 100;
    const auto base = without_format(without_compression(base_name(path)));
    const Owned<char> valid{g_utf8_make_valid(base.data(), static_cast<gssize>(base.size()))};
    std::string name;
    for (const char *at = valid.get(); *at; at = g_utf8_next_char(at)) {
        const auto letter = g_utf8_get_char(at);
        const std::string_view bytes{at, static_cast<std::size_t>(g_utf8_next_char(at) - at)};
        const bool kept = g_unichar_isalnum(letter) || bytes == "." || bytes == "_" || bytes == "-";
        if (name.size() + bytes.size() > longest)
            break;
        if (kept)
            name += bytes;
        else if (!name.ends_with('-'))
            name += '-';
    }
    while (name.starts_with('-') || name.starts_with('.'))
        name.erase(0, 1);
    while (name.ends_with('-') || name.ends_with('.'))
        name.pop_back();
    return name.empty() ? "guest" : name;
}

} // namespace h2k
