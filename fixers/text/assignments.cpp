// SPDX-License-Identifier: LGPL-2.1-or-later
#include "fixers/text/assignments.h"
#include "convert/base/text.h"
#include <algorithm>
#include <glib.h>

namespace h2k::text {

namespace {

constexpr std::string_view grubenv_header = "# GRUB Environment Block\n";

bool is_name(std::string_view text) {
    return !text.empty() && !g_ascii_isdigit(text.front()) &&
           std::ranges::all_of(text, [](char c) { return g_ascii_isalnum(c) || c == '_'; });
}

/// The value that begins at @from: its bytes without quotes.
std::string_view value_at(std::string_view text, std::size_t from) {
    if (from >= text.size())
        return {text.data() + text.size(), 0};
    const char quote = text[from];
    if (quote != '"' && quote != '\'')
        return text.substr(from, std::min(text.find_first_of(" \t;#", from), text.size()) - from);
    for (std::size_t i = from + 1; i < text.size(); ++i) {
        if (text[i] == '\\' && quote == '"')
            ++i;
        else if (text[i] == quote)
            return text.substr(from + 1, i - from - 1);
    }
    return text.substr(from + 1); // the value goes on in the next line
}

} // namespace

std::vector<Assignment> parse_assignments(std::string_view file) {
    std::vector<Assignment> found;
    for (const auto &line : lines_of(file)) {
        std::size_t at = std::min(line.content.find_first_not_of(" \t"), line.content.size());
        if (line.content.substr(at).starts_with("export "))
            at = std::min(line.content.find_first_not_of(" \t", at + 7), line.content.size());
        const auto equals = line.content.find('=', at);
        if (equals == std::string_view::npos || equals == at)
            continue;
        const bool appends = line.content[equals - 1] == '+';
        const auto key = line.content.substr(at, equals - at - (appends ? 1 : 0));
        if (!is_name(key))
            continue;
        const auto value = value_at(line.content, equals + 1);
        const auto where = static_cast<std::size_t>(value.data() - line.content.data());
        found.push_back({std::string{key}, {std::string{value}, line.at + where, value.size()}, line, appends});
    }
    return found;
}

const Assignment *last(const std::vector<Assignment> &all, std::string_view key) {
    const Assignment *found = nullptr;
    for (const auto &assignment : all)
        if (assignment.key == key && (!assignment.appends || !found))
            found = &assignment;
    return found;
}

std::string value_of(const std::vector<Assignment> &all, std::string_view key) {
    std::string value;
    for (const auto &assignment : all) {
        if (assignment.key != key)
            continue;
        if (!assignment.appends)
            value.clear();
        value += assignment.value.value;
    }
    return std::string{trim(value)};
}

bool is_grubenv(std::string_view file) { return file.starts_with(grubenv_header); }

std::vector<Assignment> parse_grubenv(std::string_view file) {
    std::vector<Assignment> found;
    if (!is_grubenv(file))
        return found;
    for (const auto &line : lines_of(file)) {
        const auto equals = line.content.find('=');
        if (line.content.starts_with('#') || equals == std::string_view::npos)
            continue;
        const auto value = line.content.substr(equals + 1);
        found.push_back({std::string{line.content.substr(0, equals)},
                         {std::string{value}, line.at + equals + 1, value.size()},
                         line});
    }
    return found;
}

std::string edited_grubenv(std::string_view file, const Edits &edits) {
    auto block = edits.applied(file);
    while (block.size() > file.size() && block.ends_with('#'))
        block.pop_back();
    if (block.size() > file.size())
        return {};
    block.append(file.size() - block.size(), '#');
    return block;
}

} // namespace h2k::text
