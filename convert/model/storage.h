// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace h2k {

/// A partition, logical volume or whole disk of the guest that carries something.
struct BlockDevice {
    std::string name;  ///< as the appliance names it: "/dev/sda1", "/dev/vg0/root"; disks are sda, sdb … in guest order
    std::string type;  ///< "ext4", "swap", "vfat", "LVM2_member", …; empty where nothing is recognised
    std::string uuid;  ///< file-system UUID as blkid prints it; empty where it has none
    std::string label; ///< file-system label
    std::string partuuid;   ///< GPT partition GUID, or "diskid-NN" of an MBR disk; empty for volumes
    std::string partlabel;  ///< GPT partition name
    std::string parttype;   ///< GPT type GUID, upper case, or MBR type as "0x83"
    unsigned disk = 0;      ///< index of the disk it lies on; of a volume: the first one
    unsigned partition = 0; ///< partition number, 0 for whole disks and volumes
    std::uint64_t bytes = 0;
};

/// The device that a guest's own spelling means: UUID=, LABEL=, PARTUUID=, PARTLABEL= (quotes allowed), /dev/disk/by-*,
/// /dev/sdXN, hdXN, vdXN, xvdXN, nvmeXnYpN, mmcblkXpN, /dev/mapper/VG-LV, /dev/VG/LV.  Null: no such device, or not
/// told which. by-path and by-id names are resolved by their -partN on a guest of one disk, by-path also by its SCSI
/// target on several.
[[nodiscard]] const BlockDevice *find_device(std::span<const BlockDevice> devices, std::string_view spelling);

/// Does @spelling hang on the bus or the order of disks, so that it may mean nothing or something else on other
/// hardware?
[[nodiscard]] bool is_bus_dependent(std::string_view spelling);

/// The spelling that always means @device: UUID=, then PARTUUID=, then LABEL=; /dev/VG/LV for a volume without these;
/// "" where it has none.
[[nodiscard]] std::string stable_spelling(const BlockDevice &device);

} // namespace h2k
