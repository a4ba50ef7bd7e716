// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace h2k {

/// Can the content of an encrypted device be read?
enum class Lock {
    none,      ///< it is not encrypted
    closed,    ///< no key was given for it
    wrong_key, ///< a key was given, and did not open it
    open       ///< what it holds is a device of its own, with this one in BlockDevice::below
};
[[nodiscard]] const char *name_of(Lock lock);

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
    Lock lock = Lock::none;
    bool degraded = false;          ///< a RAID set with missing members
    std::vector<std::string> below; ///< appliance names of what a volume, RAID set or opened device lies on
    std::vector<std::string> names; ///< what else the guest calls it: "/dev/mapper/cryptroot", "/dev/md/root"
};

/// The device that a guest's own spelling means: UUID=, LABEL=, PARTUUID=, PARTLABEL= (quotes allowed), /dev/disk/by-*,
/// /dev/sdXN, hdXN, vdXN, xvdXN, nvmeXnYpN, mmcblkXpN, /dev/mapper/VG-LV, /dev/VG/LV, BlockDevice::names.  Null: no
/// such device, or ambiguous. by-path and by-id names are resolved by their -partN on a guest of one disk, by-path
/// also by its SCSI target on several.
[[nodiscard]] const BlockDevice *find_device(std::span<const BlockDevice> devices, std::string_view spelling);

/// Does @spelling depend on the bus or the order of disks, so that it may mean nothing or something else on other
/// hardware?
[[nodiscard]] bool is_bus_dependent(std::string_view spelling);

/// The device of that appliance name; null: no such device.
[[nodiscard]] const BlockDevice *device_named(std::span<const BlockDevice> devices, std::string_view name);

/// Is it an EFI system partition, by its type (UEFI specification, section 5.3)?
[[nodiscard]] bool is_esp(const BlockDevice &device);

/// What there is to go through to reach a file system on @device, from the top: its type, then "lvm", "crypt", "raid".
[[nodiscard]] std::vector<std::string> stack_below(std::span<const BlockDevice> devices, std::string_view device);

/// The spelling that always means @device: UUID=, then PARTUUID=, then LABEL=; /dev/VG/LV for a volume without these;
/// "" where it has none.
[[nodiscard]] std::string stable_spelling(const BlockDevice &device);

} // namespace h2k
