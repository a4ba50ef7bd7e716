// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "fixers/text/edit.h"
#include <optional>

namespace h2k::text {

/// One entry of fstab(5).  Comments, blank lines and lines of fewer than three fields are not entries.
struct FstabEntry {
    unsigned line = 0; ///< counted from 1
    Piece device, target, type;
    std::optional<Piece> options; ///< later fields are ignored

    [[nodiscard]] bool is_swap() const { return type.value == "swap"; }
    [[nodiscard]] bool has_option(std::string_view name) const;
};
[[nodiscard]] std::vector<FstabEntry> parse_fstab(std::string_view file);

/// One line of crypttab(5): name, device, key, options.
struct CrypttabEntry {
    unsigned line = 0;
    Piece name, device;
    std::string key, options;
};
[[nodiscard]] std::vector<CrypttabEntry> parse_crypttab(std::string_view file);

/// @value as a field of fstab: blanks, tabs, line ends, backslashes and '#' at the front as \040 …
[[nodiscard]] std::string fstab_field(std::string_view value);

/// The edit that adds @option to the entry's options; options that it lacks are written as "defaults".
void add_option(Edits &edits, const FstabEntry &entry, std::string_view option);

} // namespace h2k::text
