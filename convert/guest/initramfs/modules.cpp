// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/guest/initramfs/modules.h"
#include "convert/base/text.h"
#include "convert/model/linux/kernel_modules.h"
#include <set>

namespace h2k {

std::vector<std::string> missing_modules(const std::vector<std::string> &names, std::string_view builtin,
                                         const std::string &kernel, const std::vector<std::string> &wanted) {
    std::set<std::string> present;
    const auto folder = "lib/modules/" + kernel + "/";
    for (const auto &name : names)
        if (const auto at = name.find(folder); at != std::string::npos && (at == 0 || name[at - 1] == '/'))
            present.insert(module_name(name));
    for (const auto &line : lines(builtin))
        present.insert(module_name(line));
    std::vector<std::string> missing;
    for (const auto &module : wanted)
        if (!present.contains(underscored(module)))
            missing.push_back(module);
    return missing;
}

} // namespace h2k
