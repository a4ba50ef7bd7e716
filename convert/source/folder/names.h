// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include <string>
#include <vector>

namespace h2k {

/// The names of what lies in a folder, sorted, without hidden ones; none where it cannot be read.  Of a huge folder the
/// first 16384 that the host gives.
[[nodiscard]] std::vector<std::string> folder_names(const std::string &folder);

} // namespace h2k
