// SPDX-License-Identifier: LGPL-2.1-or-later
#include "fixers/linux/root_stack.h"
#include <algorithm>
#include <array>
#include <span>

namespace h2k {

namespace {

void add(std::vector<std::string> &names, std::string_view name) {
    if (!name.empty() && !has_layer(names, name))
        names.emplace_back(name);
}

bool has_type(const Inspection &facts, std::string_view type) {
    return std::ranges::find(facts.devices, type, &BlockDevice::type) != facts.devices.end();
}

/// A volume of LVM and an opened LUKS device are no partition of a disk.
bool is_mapped(std::string_view device) {
    const auto rest = device.substr(std::min<std::size_t>(5, device.size()));
    return device.starts_with("/dev/") && (rest.starts_with("mapper/") || rest.starts_with("dm-") ||
                                           (rest.find('/') != std::string_view::npos && !rest.starts_with("md/")));
}

struct LayerModules {
    std::string_view layer;
    std::array<std::string_view, 8> modules; ///< empty ones fill up
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

std::vector<std::string> root_stack(const Inspection &facts) {
    std::vector<std::string> stack;
    for (const auto &mount : facts.mounts) {
        if (mount.path != "/" && mount.path != "/usr")
            continue;
        const std::string_view device = mount.device;
        const bool raid = device.starts_with("/dev/md");
        if (is_mapped(device) || raid) {
            // What lies below a volume is not told apart: what the guest has anywhere counts.
            if (has_type(facts, "crypto_LUKS"))
                add(stack, "crypt");
            if (is_mapped(device) && has_type(facts, "LVM2_member"))
                add(stack, "lvm");
            if (raid || has_type(facts, "linux_raid_member"))
                add(stack, "raid");
        }
        add(stack, mount.type);
    }
    return stack;
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
