// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/model/machine.h"

namespace h2k {

const char *name_of(DiskFormat format) {
    switch (format) {
    case DiskFormat::raw: return "raw";
    case DiskFormat::qcow2: return "qcow2";
    case DiskFormat::vmdk: return "vmdk";
    case DiskFormat::vhd: return "vhd";
    case DiskFormat::vhdx: return "vhdx";
    case DiskFormat::vdi: return "vdi";
    }
    return "";
}

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

std::optional<DiskFormat> disk_format_named(const std::string &name) {
    for (const auto format :
         {DiskFormat::raw, DiskFormat::qcow2, DiskFormat::vmdk, DiskFormat::vhd, DiskFormat::vhdx, DiskFormat::vdi})
        if (name == name_of(format))
            return format;
    return std::nullopt;
}

} // namespace h2k
