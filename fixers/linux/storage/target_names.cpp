// SPDX-License-Identifier: LGPL-2.1-or-later
#include "fixers/linux/storage/target_names.h"
#include <algorithm>
#include <string_view>

namespace h2k {

std::string target_disk(const Machine &target, std::size_t index) {
    if (index >= 26 || (index >= target.disks.size() && !(target.disks.empty() && index == 0)))
        return {};
    const auto prefix = [](Bus bus) {
        return bus == Bus::virtio ? "/dev/vd" : bus == Bus::nvme ? "/dev/nvme" : "/dev/sd";
    };
    if (target.disks.empty())
        return "/dev/vda"; // the default bus
    const auto bus = target.disks[index].bus;
    const auto same_kind = static_cast<std::size_t>(
        std::count_if(target.disks.begin(), target.disks.begin() + static_cast<std::ptrdiff_t>(index),
                      [&](const Disk &disk) { return std::string_view{prefix(disk.bus)} == prefix(bus); }));
    if (bus == Bus::nvme)
        return "/dev/nvme" + std::to_string(same_kind) + "n1";
    return prefix(bus) + std::string(1, static_cast<char>('a' + same_kind));
}

std::string target_name(const Machine &target, const BlockDevice &device) {
    const auto disk = device.below.empty() ? target_disk(target, device.disk) : std::string{};
    if (disk.empty() || device.partition == 0)
        return disk;
    return disk + (disk.starts_with("/dev/nvme") ? "p" : "") + std::to_string(device.partition);
}

} // namespace h2k
