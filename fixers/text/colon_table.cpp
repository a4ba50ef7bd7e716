// SPDX-License-Identifier: LGPL-2.1-or-later
#include "fixers/text/colon_table.h"
#include "convert/base/text.h"
#include "fixers/text/edit.h"
#include <algorithm>

namespace h2k::text {

ColonTable::ColonTable(std::string_view file, std::size_t fields) {
    for (const auto &line : lines_of(file)) {
        auto &made = lines_.emplace_back();
        made.content = line.content;
        made.end = file.substr(line.at + line.content.size(), line.size - line.content.size());
        if (line.content.empty() || std::string_view{"#+-:"}.find(line.content[0]) != std::string_view::npos)
            continue;
        auto row = split(line.content, ':');
        if (row.size() >= fields)
            made.row = std::move(row);
    }
}

ColonTable::Row *ColonTable::find(std::string_view name) { return find_by(0, name); }

ColonTable::Row *ColonTable::find_by(std::size_t field, std::string_view value) {
    for (auto &line : lines_)
        if (field < line.row.size() && line.row[field] == value)
            return &line.row;
    return nullptr;
}

void ColonTable::add(Row row) {
    auto at = std::ranges::find_if(
        lines_, [](const auto &line) { return line.content.starts_with('+') || line.content.starts_with('-'); });
    if (at != lines_.begin() && !std::prev(at)->end.ends_with('\n')) // nothing, or a lone '\r'
        std::prev(at)->end += '\n';
    auto content = join(row, ":");
    lines_.insert(at, {std::move(content), "\n", std::move(row)});
}

bool ColonTable::remove(std::string_view name) {
    return std::erase_if(lines_, [&](const auto &line) { return !line.row.empty() && line.row[0] == name; }) > 0;
}

std::string ColonTable::file() const {
    std::string text;
    for (const auto &line : lines_)
        text += (line.row.empty() ? line.content : join(line.row, ":")) + line.end;
    return text;
}

bool add_to_list(std::string &list, std::string_view item) {
    const auto items = split(list, ',');
    if (std::ranges::find(items, item) != items.end())
        return false;
    list += (list.empty() ? "" : ",") + std::string{item};
    return true;
}

bool remove_from_list(std::string &list, std::string_view item) {
    auto items = split(list, ',');
    if (std::erase(items, item) == 0)
        return false;
    list = join(items, ",");
    return true;
}

} // namespace h2k::text
