// SPDX-License-Identifier: LGPL-2.1-or-later
#include "domain/device_name.h"
#include "domain/devices.h"
#include <algorithm>
#include <string_view>

namespace h2k {

namespace {

struct DriveAddress {
    const char *bus, *prefix;
    std::size_t index;
};

/// @medium: path of an ISO image; empty: none
void add_drive(const Element &devices, const DriveAddress &address, const std::string &medium) {
    const Element element = devices.add("disk").set("type", "file").set("device", "cdrom");
    if (!medium.empty()) {
        element.add("driver").set("name", "qemu").set("type", "raw");
        element.add("source").set("file", medium);
    }
    element.add("target").set("dev", device_name(address.prefix, address.index)).set("bus", address.bus);
    element.add("readonly");
}

} // namespace

void add_cdroms(const Element &devices, const DomainPlan &plan) {
    const Machine &machine = plan.spec.machine;
    const bool q35 = has_pcie(plan);
    // The one bus that each chipset provides and every system supports.  Disks may use it too.
    const char *bus = q35 ? "sata" : "ide", *prefix = q35 ? "sd" : "hd";
    const std::size_t places = q35 ? 6 : 4;
    const auto is_beside = [&](const Disk &disk) { return prefix == std::string_view{disk_prefix(plan, disk)}; };
    const auto first = static_cast<std::size_t>(std::ranges::count_if(machine.disks, is_beside));
    const std::size_t wanted = machine.cdroms.size(), ours = machine.seed_iso ? 1 : 0;
    const std::size_t free = places - std::min(places, first);
    const std::size_t drives = std::min(wanted, free - std::min(free, ours));
    for (std::size_t i = 0; i < drives; ++i)
        add_drive(devices, {bus, prefix, first + i}, "");
    if (!ours)
        return;
    // If IDE is full, libvirt adds a SATA controller; the prefix then differs from the disks'.
    const std::size_t next = first + drives;
    add_drive(devices, next < places || q35 ? DriveAddress{bus, prefix, next} : DriveAddress{"sata", "sd", next},
              *machine.seed_iso);
}

} // namespace h2k
