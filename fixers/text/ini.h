// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "fixers/text/edit.h"

namespace h2k::text {

/// A key of an ini-like file: systemd.syntax(7), NetworkManager keyfiles.
struct IniEntry {
    std::string_view section, key; ///< as they are written; keys may be repeated
    Piece value;
    Line line; ///< its content lives as long as the file that was parsed, as do section and key
};
/// Sections and keys of more than 255 bytes are left out.
[[nodiscard]] std::vector<IniEntry> parse_ini(std::string_view file);
template <Temporary T> std::vector<IniEntry> parse_ini(T &&) = delete;
/// The first value of @key in @section; null: none.
[[nodiscard]] const IniEntry *entry_of(const std::vector<IniEntry> &all, std::string_view section,
                                       std::string_view key);
/// The same as text; empty: none.
[[nodiscard]] std::string value_of(const std::vector<IniEntry> &all, std::string_view section, std::string_view key);

} // namespace h2k::text
