// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/model/change.h"
#include <string>
#include <vector>

namespace h2k {

/// What was done to a guest, one entry a change.
struct Applied {
    Change change;
    std::vector<std::string> kept; ///< guest paths of first originals that were kept
    std::string error{};           ///< a sentence; of a change that may fail and did
    std::string instead{};         ///< why another change was made in place of this one: a sentence
};

} // namespace h2k
