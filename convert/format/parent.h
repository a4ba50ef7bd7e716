// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include <string>
#include <vector>

namespace h2k {

/// What a differencing image says of its parent.
struct ParentReference {
    std::vector<std::string> names;      ///< of its file, UTF-8, as they were written; the likeliest first
    std::vector<std::string> identities; ///< one of them has to be the parent's; lower case
};

} // namespace h2k
