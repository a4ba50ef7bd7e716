// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "fixers/text/edit.h"

namespace h2k::text {

/// KEY=value, KEY="value", KEY='value' or KEY+=value of a shell-like file: /etc/default/grub, ifcfg-*, grubenv,
/// os-release.
struct Assignment {
    std::string key;
    Piece value;          ///< without the quotes and any comment after it
    Line line;            ///< its content lives as long as the file that was parsed
    bool appends = false; ///< KEY+=
};
/// The assignments that stand alone on their line ("export" in front allowed), in order; nothing is expanded.
[[nodiscard]] std::vector<Assignment> parse_assignments(std::string_view file);
template <Temporary T> std::vector<Assignment> parse_assignments(T &&) = delete;
/// The last one that sets @key: KEY=, or the first KEY+= where there is none; null: nothing does.
[[nodiscard]] const Assignment *last(const std::vector<Assignment> &all, std::string_view key);
/// The value of @key as the shell would have it, with all that KEY+= adds; without blanks around it.
[[nodiscard]] std::string value_of(const std::vector<Assignment> &all, std::string_view key);

/// GRUB's environment block (GRUB manual, "The GRUB environment block"): 1024 bytes, "name=value" lines, filled up
/// with '#'.  Values end with the line and have no quotes; a backslash escapes the next character.
[[nodiscard]] bool is_grubenv(std::string_view file);
[[nodiscard]] std::vector<Assignment> parse_grubenv(std::string_view file);
template <Temporary T> std::vector<Assignment> parse_grubenv(T &&) = delete;
/// The block with the edits and its old size; empty where they do not fit.
[[nodiscard]] std::string edited_grubenv(std::string_view file, const Edits &edits);

} // namespace h2k::text
