// SPDX-License-Identifier: LGPL-2.1-or-later
#include "fixers/linux/initramfs/root_stack.h"
#include <algorithm>
#include <array>

namespace h2k {

namespace {

void add(std::vector<std::string> &names, std::string_view name) {
    if (!name.empty() && !has_layer(names, name))
        names.emplace_back(name);
}

struct LayerModules {
    std::string_view layer;
    std::array<std::string_view, 8> modules; ///< padded with empty ones
};
constexpr std::array<LayerModules, 3> by_layer{{
    {"crypt", {"dm_mod", "dm_crypt", "xts", "aes_generic", "sha256_generic", "cbc", "essiv"}},
    {"lvm", {"dm_mod", "dm_mirror", "dm_snapshot", "dm_thin_pool", "dm_cache"}},
    {"raid", {"md_mod", "raid0", "raid1", "raid10", "raid456", "linear"}},
}};

} // namespace

bool has_layer(const std::vector<std::string> &stack, std::string_view layer) {
    return std::ranges::find(stack, layer) != stack.end();
}

std::vector<std::string> modules_of_stack(const std::vector<std::string> &stack) {
    std::vector<std::string> modules;
    for (const auto &layer : stack) {
        const auto *row = std::ranges::find(by_layer, layer, &LayerModules::layer);
        if (row == by_layer.end())
            add(modules, layer); // a file system's module has its name
        else
            for (const auto name : row->modules)
                add(modules, name);
    }
    return modules;
}

} // namespace h2k
