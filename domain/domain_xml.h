// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/error.h"
#include "convert/model/plans.h"

namespace h2k {

/// All that a domain is made from.
struct DomainSpec {
    Machine machine; ///< disks in target form, with absolute paths, raw, qcow2 or vdi
    OsinfoChoice osinfo;
    std::string virt_type;          ///< "kvm" or "qemu"
    std::string job;                ///< our job id, for our metadata block
    std::string source;             ///< what was imported, for our metadata block
    std::string serial_log;         ///< file that gets all serial output; empty: a pty console
    std::string serial_socket;      ///< UNIX socket that takes input for the serial port; empty: it gets none
    std::string nvram;              ///< path of the UEFI variables; empty: libvirt's own choice
    bool user_network = false;      ///< QEMU's user-mode network instead of a libvirt one
    bool on_reboot_destroy = false; ///< for a transient domain that is only watched
};

/// libvirt domain XML, indented, ending in a newline.  Devices are the best that libosinfo says the system drives:
/// where it does not know virtio, disks are SATA or IDE and cards e1000e or e1000, whatever Disk::bus and Nic::model
/// say. H2K_ERROR_USAGE: a name, path or format that cannot stand in a domain, or a processor that is not handled. Our
/// metadata block is <import> in the namespace "urn:virt-hyper2kvm:domain:1.0". Source:
/// https://libvirt.org/formatdomain.html
[[nodiscard]] Result<std::string> domain_xml(const DomainSpec &spec);

} // namespace h2k
