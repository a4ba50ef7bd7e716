// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/model/plans.h"
#include "domain/host.h"
#include <string>
#include <vector>

namespace h2k {

/// All that a domain is created from.
struct DomainSpec {
    Machine machine; ///< disks in target form, with absolute paths, raw, qcow2 or vdi
    OsinfoChoice osinfo;
    Host host;                             ///< where it is to run
    std::string job;                       ///< our job id, for our metadata block
    std::string source;                    ///< what was imported, for our metadata block
    std::string serial_log;                ///< file that gets all serial output; empty: a pty console
    std::string serial_socket;             ///< UNIX socket for input to the serial port; empty: no input
    std::vector<std::string> disk_sockets; ///< UNIX sockets on which the disks are served by NBD; empty: they are files
    std::string second_serial;             ///< UNIX socket of a second serial port; empty: there is none
    std::string nvram;                     ///< path of the UEFI variables; empty: libvirt's own choice
    std::string kernel, initramfs;         ///< paths of what is started past the firmware; empty: what the disks start
    std::string kernel_arguments;          ///< its command line
    bool on_reboot_destroy = false;        ///< for a transient domain that is only watched
};

/// QEMU's IDE and SATA disks have sectors of 512 bytes only, so that a disk with larger ones is always one of virtio's.
[[nodiscard]] inline bool has_large_sectors(const Disk &disk) { return disk.sector_bytes != 512; }

} // namespace h2k
