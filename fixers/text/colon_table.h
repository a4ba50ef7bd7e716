// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace h2k::text {

/// A file of rows with fields separated by colons: passwd(5), group(5), shadow(5), gshadow(5), subuid(5).  Lines that
/// are not rows, and all that is not changed, stay as they are.
class ColonTable {
  public:
    using Row = std::vector<std::string>;

    ColonTable() = default;
    /// A line with fewer than @fields fields is not a row, nor is one whose first field is empty or begins with '#',
    /// '+' or '-'.
    ColonTable(std::string_view file, std::size_t fields);

    /// The first row of that name, which is the one that the C library uses; null: none.
    [[nodiscard]] Row *find(std::string_view name);
    /// The first row whose field @field is @value.
    [[nodiscard]] Row *find_by(std::size_t field, std::string_view value);
    template <typename F> void each(F &&see) {
        for (auto &line : lines_)
            if (!line.row.empty())
                see(line.row);
    }
    /// After the last row, and before a line that includes another source ("+", "-").
    void add(Row row);
    /// All rows of that name.  Was there one?
    bool remove(std::string_view name);
    [[nodiscard]] std::string file() const;

  private:
    struct TableLine {
        std::string content; ///< as it was
        std::string end;     ///< "\n", "\r\n" or nothing
        Row row;             ///< empty: no row
    };
    std::vector<TableLine> lines_;
};

/// Adds @item to a list separated by commas, or removes it.  Was it changed?
bool add_to_list(std::string &list, std::string_view item);
bool remove_from_list(std::string &list, std::string_view item);

} // namespace h2k::text
