// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "fixers/text/edit.h"

namespace h2k::text {

/// One line of mdadm.conf(5) with the lines that continue it.
struct MdadmLine {
    std::string keyword;      ///< lower case; short forms of "array" and "device" in full
    std::vector<Piece> words; ///< what follows the keyword, without quotes
    std::size_t at = 0, size = 0;
};
[[nodiscard]] std::vector<MdadmLine> parse_mdadm_conf(std::string_view file);

/// The value of the word "@name=…" of an ARRAY line; empty: none.
[[nodiscard]] std::string array_value(const MdadmLine &line, std::string_view name);

} // namespace h2k::text
