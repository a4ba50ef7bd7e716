// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/model/linux/kernel_modules.h"
#include "convert/base/text.h"
#include <algorithm>

namespace h2k {

std::string underscored(std::string_view module) {
    std::string name{module};
    std::ranges::replace(name, '-', '_');
    return name;
}

std::string module_name(std::string_view path) {
    path = trim(path);
    path.remove_prefix(path.rfind('/') + 1);
    for (const std::string_view packed : {".xz", ".zst", ".gz", ".bz2", ".lzma"})
        if (path.ends_with(packed)) {
            path.remove_suffix(packed.size());
            break;
        }
    if (!path.ends_with(".ko"))
        return {};
    path.remove_suffix(3);
    return underscored(path);
}

} // namespace h2k
