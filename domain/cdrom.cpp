// SPDX-License-Identifier: LGPL-2.1-or-later
#include "domain/device_name.h"
#include "domain/devices.h"

namespace h2k {

void add_cdroms(const Element &devices, const DomainPlan &plan) {
    const Machine &machine = plan.spec.machine;
    const bool q35 = plan.support.q35 || machine.firmware == Firmware::uefi;
    // The one bus that each chipset has of its own and every system drives.  Disks may have it too.
    const char *bus = q35 ? "sata" : "ide", *prefix = q35 ? "sd" : "hd";
    const std::size_t places = q35 ? 6 : 4;
    const std::size_t first = plan.support.virtio_block ? 0 : machine.disks.size();
    for (std::size_t i = 0; i < machine.cdroms.size() && first + i < places; ++i) {
        const Element element = devices.add("disk").set("type", "file").set("device", "cdrom");
        element.add("target").set("dev", device_name(prefix, first + i)).set("bus", bus);
        element.add("readonly");
    }
}

} // namespace h2k
