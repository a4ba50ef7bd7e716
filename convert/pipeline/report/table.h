// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace h2k {

/// How many columns of a terminal UTF-8 text takes.
[[nodiscard]] std::size_t columns_of(std::string_view text);

/// Labels, and beside them texts in one column, a row a line whatever a text contains.
class TextTable {
  public:
    void row(std::string label, const std::string &text);
    /// A row that says more of the one above it.
    void indented(const std::string &label, const std::string &text);
    [[nodiscard]] std::string text() const;

  private:
    struct Row {
        std::string label, text;
    };
    std::vector<Row> rows_;
};

} // namespace h2k
