// SPDX-License-Identifier: LGPL-2.1-or-later
#include "virsh-plugin/help_text.h"
#include <algorithm>
#include <glib.h>
#include <set>

namespace cli {

std::size_t columns_of(const std::string &text) {
    std::size_t columns = 0;
    for (const char *at = text.c_str(); *at; at = g_utf8_next_char(at)) {
        const gunichar c = g_utf8_get_char(at);
        columns += g_unichar_iszerowidth(c) ? 0 : g_unichar_iswide(c) ? 2 : 1;
    }
    return columns;
}

std::string wrapped(const std::string &first, const std::string &text, std::size_t indent, std::size_t width) {
    const std::string start(indent, ' ');
    std::string all, line = first;
    bool empty = true; // has the line no word of the text yet?
    g_auto(GStrv) words = g_strsplit(text.c_str(), " ", -1);
    for (char **word = words; *word; ++word) {
        if (!empty && columns_of(line) + 1 + columns_of(*word) > width) {
            all += line + "\n";
            line = start;
            empty = true;
        }
        line += (empty ? "" : " ") + std::string{*word};
        empty = false;
    }
    return all + line + "\n";
}

namespace {

/// The text beside the label, or below it if the label reaches into the column.
std::string row_text(const HelpRow &row, std::size_t column, std::size_t width) {
    const auto label = columns_of(row.label);
    if (label + 2 > column)
        return row.label + "\n" + wrapped(std::string(column, ' '), row.text, column, width);
    return wrapped(row.label + std::string(column - label, ' '), row.text, column, width);
}

} // namespace

std::string table_of(const std::vector<HelpRow> &rows, std::size_t width) {
    std::size_t column = 0;
    for (const auto &row : rows)
        column = std::max(column, columns_of(row.label) + 2);
    column = std::min(column, width * 3 / 8);
    std::string text;
    std::set<std::string> printed;
    for (const auto &first : rows) {
        if (!printed.insert(first.heading).second)
            continue;
        text += "\n" + first.heading + ":\n";
        for (const auto &row : rows)
            if (row.heading == first.heading)
                text += row_text(row, column, width);
    }
    return text;
}

} // namespace cli
