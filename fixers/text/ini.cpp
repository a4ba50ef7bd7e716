// SPDX-License-Identifier: LGPL-2.1-or-later
#include "fixers/text/ini.h"
#include "convert/base/text.h"
#include <algorithm>

namespace h2k::text {

/// Longer names mean nothing to any program that reads such files.
static constexpr std::size_t longest_name = 255;

std::vector<IniEntry> parse_ini(std::string_view file) {
    std::vector<IniEntry> found;
    std::string_view section;
    for (const auto &line : lines_of(file)) {
        const auto text = trim(line.content);
        if (text.empty() || text.starts_with('#') || text.starts_with(';'))
            continue;
        if (text.starts_with('[')) {
            section = text.substr(1, text.find(']', 1) - 1);
            continue;
        }
        const auto equals = line.content.find('=');
        if (equals == std::string_view::npos || section.size() > longest_name)
            continue;
        const auto key = trim(line.content.substr(0, equals));
        if (key.size() > longest_name)
            continue;
        const auto value = trim(line.content.substr(equals + 1));
        const auto at = value.empty() ? equals + 1 : static_cast<std::size_t>(value.data() - line.content.data());
        found.push_back({section, key, {std::string{value}, line.at + at, value.size()}, line});
    }
    return found;
}

const IniEntry *entry_of(const std::vector<IniEntry> &all, std::string_view section, std::string_view key) {
    const auto found =
        std::ranges::find_if(all, [&](const IniEntry &e) { return e.section == section && e.key == key; });
    return found == all.end() ? nullptr : &*found;
}

std::string value_of(const std::vector<IniEntry> &all, std::string_view section, std::string_view key) {
    const auto *found = entry_of(all, section, key);
    return found ? found->value.value : std::string{};
}

} // namespace h2k::text
