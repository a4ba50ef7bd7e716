// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/inspect/firmware.h"
#include "convert/base/text.h"
#include <algorithm>
#include <array>
#include <string_view>

namespace h2k {

namespace {

bool is_bios_boot(const BlockDevice &device) {
    return lower(device.parttype) == "21686148-6449-6e6f-744e-656564454649";
}

/// The partition table of an MBR begins at byte 446, the disk's signature at 440.
constexpr std::size_t code_size = 440, sector_size = 512;

bool has_code(std::string_view sector) {
    return sector.size() >= sector_size && sector.substr(510, 2) == "\x55\xaa" &&
           sector.substr(0, code_size).find_first_not_of('\0') != std::string_view::npos;
}

bool names_loader(std::string_view sector) {
    constexpr std::array<std::string_view, 4> names{"GRUB", "LILO", "SYSLINUX", "EXTLINUX"};
    return std::ranges::any_of(names, [&](std::string_view name) { return sector.contains(name); });
}

} // namespace

Firmware firmware_of(std::span<const BlockDevice> devices, std::span<const Mount> mounts) {
    if (devices.empty())
        return Firmware::unknown;
    const auto is_mounted = [&](const BlockDevice &device) {
        return std::ranges::find(mounts, device.name, &Mount::device) != mounts.end();
    };
    const bool has_esp = std::ranges::any_of(devices, is_esp);
    const bool mounts_esp =
        std::ranges::any_of(devices, [&](const auto &device) { return is_esp(device) && is_mounted(device); });
    if (has_esp && (mounts_esp || std::ranges::none_of(devices, is_bios_boot)))
        return Firmware::uefi;
    return Firmware::bios;
}

std::vector<unsigned> disks_with_boot_code(const std::vector<std::string> &sectors) {
    std::vector<unsigned> disks;
    for (unsigned i = 0; i < sectors.size(); ++i)
        if (has_code(sectors[i]))
            disks.push_back(i);
    std::ranges::stable_partition(disks, [&](unsigned disk) { return names_loader(sectors[disk]); });
    return disks;
}

} // namespace h2k
