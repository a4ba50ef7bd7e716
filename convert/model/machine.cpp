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

} // namespace h2k
