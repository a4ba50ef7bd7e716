// SPDX-License-Identifier: LGPL-2.1-or-later
#include "domain/device_name.h"
#include "domain/devices.h"
#include <algorithm>
#include <string_view>
#include <vector>

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

/// What is in each drive, "" for nothing: drives without a medium are left out beyond @places.
std::vector<std::string> media_of(const Machine &machine, std::size_t places) {
    const auto &isos = machine.isos;
    auto empty = places - std::min(places, isos.size());
    std::vector<std::string> media;
    for (std::size_t drive = 0; drive < machine.cdroms.size(); ++drive) {
        const auto iso =
            std::ranges::find_if(isos, [&](const IsoImage &one) { return !one.seed && one.drive == drive; });
        if (iso != isos.end())
            media.push_back(iso->file.path);
        else if (empty > 0) {
            --empty;
            media.emplace_back();
        }
    }
    for (const auto &iso : isos)
        if (iso.seed)
            media.push_back(iso.file.path);
    return media;
}

} // namespace

void add_cdroms(const Element &devices, const DomainPlan &plan) {
    const Machine &machine = plan.spec.machine;
    const bool q35 = has_pcie(plan);
    // The one bus that each chipset provides and every system supports.  Disks may use it too.
    const char *bus = q35 ? "sata" : "ide", *prefix = q35 ? "sd" : "hd";
    const std::size_t places = q35 ? 6 : 4;
    const auto beside = [&](std::string_view name) {
        const auto is_named = [&](const Disk &disk) { return name == disk_prefix(plan, disk); };
        return static_cast<std::size_t>(std::ranges::count_if(machine.disks, is_named));
    };
    auto next = beside(prefix);
    // If IDE is full, libvirt adds a SATA controller; the prefix then differs from the disks'.
    const auto address = [&](std::size_t index) {
        return index < places || q35 ? DriveAddress{bus, prefix, index}
                                     : DriveAddress{"sata", "sd", index + beside("sd")};
    };
    for (const auto &medium : media_of(machine, places - std::min(places, next)))
        add_drive(devices, address(next++), medium);
}

} // namespace h2k
