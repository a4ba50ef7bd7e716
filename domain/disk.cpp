// SPDX-License-Identifier: LGPL-2.1-or-later
#include "domain/device_name.h"
#include "domain/devices.h"
#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace h2k {

namespace {

/// IDE has space for four disks on the chipset that has it; libvirt has no other bus that needs no driver of a vendor.
const char *bus_of(const DomainPlan &plan, const Disk &disk) {
    if (has_large_sectors(disk))
        return "virtio";
    const bool ide = !has_pcie(plan) && plan.spec.machine.disks.size() <= 4;
    switch (disk.bus) {
    case Bus::virtio: return "virtio";
    case Bus::sata: return "sata";
    case Bus::ide: return ide ? "ide" : "sata";
    case Bus::scsi:
    case Bus::nvme: break; // a source's, for which nothing was chosen
    }
    return plan.support.virtio_block ? "virtio" : ide ? "ide" : "sata";
}

/// The place of each disk among those to boot from: those of which the source says one first, else the one that is
/// started from, then in their own order.
std::vector<std::size_t> boot_orders(const Machine &machine) {
    const auto &disks = machine.disks;
    const bool stated = std::ranges::any_of(disks, [](const Disk &disk) { return disk.boot_order != 0; });
    const auto rank = [&](std::size_t i) -> std::size_t {
        if (stated)
            return disks[i].boot_order ? disks[i].boot_order : G_MAXUINT;
        return i == machine.boot_disk ? 0 : 1;
    };
    std::vector<std::size_t> by_order(disks.size()), places(disks.size());
    for (std::size_t i = 0; i < disks.size(); ++i)
        by_order[i] = i;
    std::ranges::stable_sort(by_order, {}, rank);
    for (std::size_t i = 0; i < disks.size(); ++i)
        places[by_order[i]] = i + 1;
    return places;
}

/// virtio and ATA take no more than 20 bytes of a serial number; QEMU cuts the rest off.  Only the buses that have a
/// world wide name take one.
void add_names(const Element &element, const Disk &disk, std::string_view bus) {
    if (!disk.serial.empty())
        element.add("serial", disk.serial);
    if (!disk.wwn.empty() && bus != "virtio")
        element.add("wwn", disk.wwn);
}

void add_sectors(const Element &element, const Disk &disk) {
    if (!has_large_sectors(disk))
        return;
    const auto bytes = std::to_string(disk.sector_bytes);
    element.add("blockio").set("logical_block_size", bytes).set("physical_block_size", bytes);
}

void add_server(const Element &disk, const std::string &socket) {
    const auto source = disk.add("source").set("protocol", "nbd");
    source.add("host").set("transport", "unix").set("socket", socket);
}

} // namespace

const char *disk_prefix(const DomainPlan &plan, const Disk &disk) {
    const std::string_view bus = bus_of(plan, disk);
    return bus == "virtio" ? "vd" : bus == "ide" ? "hd" : "sd";
}

void add_disks(const Element &devices, const DomainPlan &plan) {
    const auto orders = boot_orders(plan.spec.machine);
    std::map<std::string, std::size_t> used; // prefix → names
    for (std::size_t i = 0; i < plan.spec.machine.disks.size(); ++i) {
        const Disk &disk = plan.spec.machine.disks[i];
        const bool served = i < plan.spec.disk_sockets.size();
        const Element element = devices.add("disk").set("type", served ? "network" : "file").set("device", "disk");
        const auto *format = name_of(served ? DiskFormat::raw : disk.top.format);
        element.add("driver").set("name", "qemu").set("type", format).set("discard", "unmap");
        if (served)
            add_server(element, plan.spec.disk_sockets[i]);
        else
            element.add("source").set("file", disk.top.path);
        add_sectors(element, disk);
        const auto *prefix = disk_prefix(plan, disk);
        element.add("target").set("dev", device_name(prefix, used[prefix]++)).set("bus", bus_of(plan, disk));
        element.add("boot").set("order", std::to_string(orders[i]));
        add_names(element, disk, bus_of(plan, disk));
    }
}

} // namespace h2k
