// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/model/storage.h"
#include <algorithm>

namespace h2k {

const char *name_of(Lock lock) {
    switch (lock) {
    case Lock::none: return "none";
    case Lock::closed: return "closed";
    case Lock::wrong_key: return "wrong-key";
    case Lock::open: return "open";
    }
    return "";
}

const BlockDevice *device_named(std::span<const BlockDevice> devices, std::string_view name) {
    const auto found = std::ranges::find(devices, name, &BlockDevice::name);
    return found == devices.end() ? nullptr : &*found;
}

std::vector<std::string> stack_below(std::span<const BlockDevice> devices, std::string_view device) {
    std::vector<std::string> stack;
    std::vector<const BlockDevice *> seen;
    const auto add = [&](std::string what) {
        if (!what.empty() && std::ranges::find(stack, what) == stack.end())
            stack.push_back(std::move(what));
    };
    if (const auto *top = device_named(devices, device)) {
        add(top->type);
        // The kernel wants all members of a btrfs.
        for (const auto &other : devices)
            if (&other == top || (top->type == "btrfs" && other.type == "btrfs" && other.uuid == top->uuid))
                seen.push_back(&other);
    }
    for (std::size_t i = 0; i < seen.size(); ++i)
        for (const auto &name : seen[i]->below)
            if (const auto *lower = device_named(devices, name);
                lower && std::ranges::find(seen, lower) == seen.end()) {
                add(lower->type == "LVM2_member"            ? "lvm"
                    : lower->type == "crypto_LUKS"          ? "crypt"
                    : lower->type.ends_with("_raid_member") ? "raid"
                                                            : "");
                seen.push_back(lower);
            }
    return stack;
}

} // namespace h2k
