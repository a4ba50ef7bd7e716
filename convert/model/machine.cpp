// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/model/machine.h"

namespace h2k {

const char *name_of(Bus bus) {
    switch (bus) {
    case Bus::ide: return "ide";
    case Bus::scsi: return "scsi";
    case Bus::sata: return "sata";
    case Bus::nvme: return "nvme";
    case Bus::virtio: return "virtio";
    }
    return "";
}

const char *name_of(Firmware firmware) {
    switch (firmware) {
    case Firmware::unknown: return "unknown";
    case Firmware::bios: return "bios";
    case Firmware::uefi: return "uefi";
    }
    return "";
}

const char *name_of(LostDevice device) {
    switch (device) {
    case LostDevice::pci: return "pci-device";
    case LostDevice::gpu: return "virtual-gpu";
    case LostDevice::usb: return "usb-device";
    case LostDevice::serial: return "serial-port";
    case LostDevice::parallel: return "parallel-port";
    case LostDevice::floppy: return "floppy-drive";
    case LostDevice::sound: return "sound-card";
    case LostDevice::folder: return "shared-folder";
    case LostDevice::drive: return "drive";
    case LostDevice::medium: return "medium";
    case LostDevice::other: return "other";
    }
    return "";
}

} // namespace h2k
