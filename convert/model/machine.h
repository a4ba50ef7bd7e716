// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace h2k {

enum class DiskFormat { raw, qcow2, vmdk };
enum class Bus { ide, scsi, sata, nvme, virtio };
enum class Firmware { unknown, bios, uefi };

[[nodiscard]] const char *name_of(DiskFormat format);
[[nodiscard]] const char *name_of(Bus bus);
[[nodiscard]] const char *name_of(Firmware firmware);
[[nodiscard]] std::optional<DiskFormat> disk_format_named(const std::string &name);

/// One disk of a guest.  As a source: where its bytes are.  As a target: where they went.
struct Disk {
    std::string id;                 ///< "disk0", "disk1" … in the guest's controller order
    std::string path;               ///< absolute path of the top image file
    DiskFormat format{};            ///< named by metadata or our own header check, never guessed by qemu
    std::string subformat;          ///< "monolithicSparse", "streamOptimized", … ; empty where the format has none
    std::uint64_t bytes = 0;        ///< virtual size
    Bus bus = Bus::scsi;            ///< controller it hung on (source) or will hang on (target)
    std::vector<std::string> files; ///< every host file that holds its data, the top one first; absolute
};

struct Nic {
    std::string mac;     ///< lower case, colons; empty where not known
    std::string model;   ///< "virtio", "e1000e", …; empty where not known
    std::string network; ///< libvirt network name; empty: user-mode or "default", as the connection can
};

/// A virtual machine, as it was found or as it shall be.
struct Machine {
    std::string name;
    std::string uuid;         ///< empty: to be chosen
    std::uint64_t memory = 0; ///< bytes; 0: not known
    unsigned vcpus = 0;       ///< 0: not known
    Firmware firmware = Firmware::unknown;
    bool secure_boot = false;
    std::string arch = "x86_64";
    std::vector<Disk> disks;
    std::vector<Nic> nics;
};

} // namespace h2k
