// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/source/machine_name.h"
#include "convert/base/files.h"
#include "convert/base/text.h"
#include "convert/format/name_kind.h"
#include "convert/model/disk_format.h"
#include <array>

namespace h2k {

std::string machine_name(const std::string &path) {
    constexpr std::array archive_suffixes{".tar", ".ova", ".zip"};
    constexpr std::size_t longest = 100;
    auto base = without_compression(base_name(path));
    // "web.raw.tar" is named for what is in it, too.
    for (const std::string_view suffix : archive_suffixes)
        if (lower(base).ends_with(suffix)) {
            base.resize(base.size() - suffix.size());
            break;
        }
    if (const auto *facts = format_by_suffix(base))
        for (const auto suffix : facts->suffixes)
            if (lower(base).ends_with(suffix)) {
                base.resize(base.size() - suffix.size());
                break;
            }
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
