// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include <string>
#include <vector>

namespace h2k {

/// The names in a folder, sorted, without hidden ones; empty where it cannot be read.  Of a huge folder the first 16384
/// that the host returns.
[[nodiscard]] std::vector<std::string> folder_names(const std::string &folder);

} // namespace h2k
