// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include <cstddef>
#include <string_view>
#include <vector>

namespace h2k {

/// How many letters must be inserted, removed or changed to turn @a into @b (Levenshtein).
[[nodiscard]] std::size_t edit_distance(std::string_view a, std::string_view b);

/// The one of @names that a user who typed @word most likely meant: at most three changes away, and at most half as
/// many as the word has letters.  Null: none is close enough.
[[nodiscard]] const char *nearest(std::string_view word, const std::vector<const char *> &names);

} // namespace h2k
