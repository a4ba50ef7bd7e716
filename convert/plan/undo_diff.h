// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include <optional>
#include <string>

namespace h2k {

/// What a text was before @diff (a unified diff of one file, as "diff -u" prints it) made it @now; an empty diff
/// changed nothing.  Secrets that are hidden in lines that stayed are those of @now.  Each line has to be where the
/// diff has it: nullopt where it is not.
[[nodiscard]] std::optional<std::string> undo_diff(const std::string &now, const std::string &diff);

} // namespace h2k
