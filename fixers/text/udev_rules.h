// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "fixers/text/edit.h"

namespace h2k::text {

/// One KEY OP "value" of a rule: {"ATTR{address}", "==", "00:50:…"}.
struct UdevTerm {
    std::string key, op;
    Piece value;
};

/// One rule of udev(7), which stands on one line.
struct UdevRule {
    std::vector<UdevTerm> terms;
    Line line; ///< its content lives as long as the file that was parsed

    [[nodiscard]] const UdevTerm *term(std::string_view key, std::string_view op) const;
};
/// The rules of a file; lines that continue after a backslash are left out.
[[nodiscard]] std::vector<UdevRule> parse_udev_rules(std::string_view file);
template <Temporary T> std::vector<UdevRule> parse_udev_rules(T &&) = delete;

} // namespace h2k::text
