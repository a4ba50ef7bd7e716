// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/pipeline/report/table.h"
#include "convert/base/messages.h"
#include <algorithm>
#include <glib.h>

namespace h2k {

namespace {
constexpr std::size_t least_column = 11; // so that tables with short labels stand like others
}

std::size_t columns_of(std::string_view text) {
    std::size_t columns = 0;
    const std::string valid{text};
    if (!g_utf8_validate(valid.data(), static_cast<gssize>(valid.size()), nullptr))
        return valid.size();
    for (const char *at = valid.c_str(); *at; at = g_utf8_next_char(at)) {
        const gunichar c = g_utf8_get_char(at);
        columns += g_unichar_iszerowidth(c) ? 0 : g_unichar_iswide(c) ? 2 : 1;
    }
    return columns;
}

void TextTable::row(std::string label, const std::string &text) { rows_.push_back({std::move(label), one_line(text)}); }

void TextTable::indented(const std::string &label, const std::string &text) { row("  " + label, text); }

std::string TextTable::text() const {
    std::size_t column = least_column;
    for (const auto &row : rows_)
        column = std::max(column, columns_of(row.label) + 1);
    std::string all;
    for (const auto &row : rows_) {
        all += row.label;
        if (!row.text.empty())
            all += std::string(column - columns_of(row.label), ' ') + row.text;
        all += "\n";
    }
    return all;
}

} // namespace h2k
