// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/model/machine.h"
#include <string>

namespace h2k {

/// One packed image and the new file that gets it.
struct Unpacking {
    Fetch from;
    std::string to; ///< must not exist; holes stay holes
};

} // namespace h2k
