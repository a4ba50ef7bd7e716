// SPDX-License-Identifier: LGPL-2.1-or-later
#include "fixers/linux/storage/cloud_disks.h"
#include "convert/base/text.h"
#include <algorithm>
#include <array>
#include <glib.h>

namespace h2k {

namespace {

/// The partition number in "/dev/xvdf1", 0 in "/dev/sdc"; nullopt: not a name that clouds use.
std::optional<unsigned> partition_in(std::string_view name) {
    for (const std::string_view start : {"/dev/xvd", "/dev/sd"}) {
        if (!name.starts_with(start) || name.size() == start.size() || !g_ascii_islower(name[start.size()]))
            continue;
        const auto digits = name.substr(start.size() + 1);
        if (digits.empty())
            return 0u;
        if (const auto number = parse_number<unsigned>(digits, 1, 255))
            return number;
    }
    return std::nullopt;
}

/// Names a missing disk.
bool is_open(const Inspection &facts, const text::FstabEntry &entry) {
    return partition_in(entry.device.value) && !is_temporary_disk(entry) &&
           !find_device(facts.devices, entry.device.value);
}

} // namespace

bool is_temporary_disk(const text::FstabEntry &entry) {
    const std::string_view name = entry.device.value;
    if (name.starts_with("/dev/disk/cloud/azure_resource") || name.starts_with("/dev/disk/azure/resource"))
        return true;
    constexpr std::array<std::string_view, 4> names{"/dev/sdb", "/dev/sdb1", "/dev/xvdb", "/dev/xvdb1"};
    constexpr std::array<std::string_view, 3> places{"/mnt", "/mnt/resource", "/media/ephemeral0"};
    return entry.has_option("comment=cloudconfig") && std::ranges::find(names, name) != names.end() &&
           std::ranges::find(places, entry.target.value) != places.end();
}

const BlockDevice *device_left_for(const Inspection &facts, const std::vector<text::FstabEntry> &all,
                                   const text::FstabEntry &entry) {
    constexpr std::size_t most_entries = 256; // each is compared with all others
    const auto partition = partition_in(entry.device.value);
    const auto *root = find_device(facts.devices, facts.root);
    if (all.size() > most_entries || !partition || !root || !is_open(facts, entry) ||
        std::ranges::count_if(all, [&](const auto &other) { return is_open(facts, other); }) != 1)
        return nullptr;
    const BlockDevice *left = nullptr;
    for (const auto &device : facts.devices) {
        const bool fits = device.disk != root->disk && device.partition == *partition && device.below.empty() &&
                          device.type == entry.type.value && !device.type.empty();
        const bool named = std::ranges::any_of(all, [&](const text::FstabEntry &other) {
            return !is_temporary_disk(other) && find_device(facts.devices, other.device.value) == &device;
        });
        if (!fits || named)
            continue;
        if (left)
            return nullptr;
        left = &device;
    }
    return left;
}

} // namespace h2k
