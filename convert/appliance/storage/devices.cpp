// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/appliance/storage/devices.h"
#include "convert/appliance/storage/block_device.h"
#include "convert/appliance/storage/volumes.h"
#include "convert/base/i18n.h"
#include <algorithm>

namespace h2k {

namespace {

/// Index of "/dev/sdb" or "/dev/sdb1": disks are named in the order they were added (sda … sdz, sdaa …).
unsigned disk_index(std::string_view name) {
    unsigned index = 0;
    for (const char c : name.substr(std::min(name.size(), sizeof "/dev/sd" - 1))) {
        if (!g_ascii_islower(c))
            break;
        index = index * 26 + static_cast<unsigned>(c - 'a') + 1;
    }
    return index ? index - 1 : 0;
}

} // namespace

Result<std::vector<BlockDevice>> list_devices(const Handle &handle) {
    const Owned<char *> disks{guestfs_list_devices(handle.call())};
    const Owned<char *> partitions{disks ? guestfs_list_partitions(handle.call()) : nullptr};
    if (!partitions)
        return handle.failed(_("Listing the guest's disks"));
    std::vector<BlockDevice> devices;
    std::vector<std::string> whole = strings_of(disks.get());
    for (const auto &name : strings_of(partitions.get())) {
        auto device = H2K_TRY(tagged_device(handle, name));
        if (!name.starts_with("/dev/sd")) { // of a RAID set: "/dev/md126p1"
            device.partition = 0;
            device.below = {name.substr(0, name.rfind('p'))};
            devices.push_back(std::move(device));
            continue;
        }
        device.disk = disk_index(name);
        std::erase_if(whole, [&](const auto &disk) { return disk_index(disk) == device.disk; });
        devices.push_back(std::move(device));
    }
    for (const auto &name : whole) {
        auto device = H2K_TRY(tagged_device(handle, name));
        if (device.type.empty())
            continue;
        device.disk = disk_index(name);
        device.bytes = H2K_TRY(device_size(handle, name));
        devices.push_back(std::move(device));
    }
    H2K_CHECK(add_assembled(handle, devices));
    return devices;
}

} // namespace h2k
