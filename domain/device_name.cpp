// SPDX-License-Identifier: LGPL-2.1-or-later
#include "domain/device_name.h"

namespace h2k {

std::string device_name(const char *prefix, std::size_t index) {
    std::string letters;
    for (std::size_t rest = index + 1; rest > 0; rest = (rest - 1) / 26)
        letters.insert(letters.begin(), static_cast<char>('a' + (rest - 1) % 26));
    return prefix + letters;
}

} // namespace h2k
