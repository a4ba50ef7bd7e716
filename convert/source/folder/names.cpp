// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/source/folder/names.h"
#include "convert/base/owned.h"
#include <algorithm>

namespace h2k {

template <> struct Release<GDir> {
    void operator()(GDir *p) const noexcept { g_dir_close(p); }
};

std::vector<std::string> folder_names(const std::string &folder) {
    constexpr std::size_t most = 16384;
    const Owned<GDir> dir{g_dir_open(folder.c_str(), 0, nullptr)};
    std::vector<std::string> names;
    while (dir && names.size() < most) {
        const char *name = g_dir_read_name(dir.get());
        if (!name)
            break;
        if (*name != '.')
            names.emplace_back(name);
    }
    std::ranges::sort(names);
    return names;
}

} // namespace h2k
