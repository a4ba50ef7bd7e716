// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace h2k::text {

/// A file of rows of fields between colons: passwd(5), group(5), shadow(5), gshadow(5), subuid(5).  Lines that are no
/// rows, and all that is not changed, stay as they are.
class ColonTable {
  public:
    using Row = std::vector<std::string>;

    ColonTable() = default;
    /// A line with less than @fields fields is no row, nor one whose first is empty or begins with '#', '+' or '-'.
    ColonTable(std::string_view file, std::size_t fields);

    /// The row of that name, which is the first one, as the C library has it; null: there is none.
    [[nodiscard]] Row *find(std::string_view name);
    /// The first row whose field @field is @value.
    [[nodiscard]] Row *find_by(std::size_t field, std::string_view value);
    template <typename F> void each(F &&see) {
        for (auto &line : lines_)
            if (!line.row.empty())
                see(line.row);
    }
    /// Behind the last row, and before a line that brings in those of another source ("+", "-").
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

/// Adds @item to a list between commas, or takes it out.  Was it changed?
bool add_to_list(std::string &list, std::string_view item);
bool remove_from_list(std::string &list, std::string_view item);

} // namespace h2k::text
