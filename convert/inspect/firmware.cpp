// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/inspect/firmware.h"
#include "convert/base/text.h"
#include <algorithm>

namespace h2k {

namespace {

bool is_esp(const BlockDevice &device) {
    const auto type = lower(device.parttype);
    return type == "c12a7328-f81f-11d2-ba4b-00a0c93ec93b" || type == "0xef";
}

bool is_bios_boot(const BlockDevice &device) {
    return lower(device.parttype) == "21686148-6449-6e6f-744e-656564454649";
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

} // namespace h2k
