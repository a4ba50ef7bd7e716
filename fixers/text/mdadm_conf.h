// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "fixers/text/edit.h"

namespace h2k::text {

/// One line of mdadm.conf(5) with the lines that continue it.
struct MdadmLine {
    std::string keyword;      ///< lower case, "array" or "device" where it is short for one of these
    std::vector<Piece> words; ///< what follows the keyword, quotes gone
    std::size_t at = 0, size = 0;
};
[[nodiscard]] std::vector<MdadmLine> parse_mdadm_conf(std::string_view file);

/// The value of the word "@name=…" of an ARRAY line; empty: it has none.
[[nodiscard]] std::string array_value(const MdadmLine &line, std::string_view name);

} // namespace h2k::text
