// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include <cstddef>
#include <string>
#include <vector>

namespace cli {

/// How many columns of a terminal UTF-8 text takes.
[[nodiscard]] std::size_t columns_of(const std::string &text);

/// Lines of at most @width columns: @first, then @text between its blanks, further lines indented by @indent blanks.
/// A word that is too long for a line stands alone in one.
[[nodiscard]] std::string wrapped(const std::string &first, const std::string &text, std::size_t indent,
                                  std::size_t width);

/// A label and what it means, under a heading.
struct HelpRow {
    std::string heading, label, text;
};

/// The rows under their headings, each in the order of its first row; one column for all texts.
[[nodiscard]] std::string table_of(const std::vector<HelpRow> &rows, std::size_t width);

} // namespace cli
