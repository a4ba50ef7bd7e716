// SPDX-License-Identifier: LGPL-2.1-or-later
#include "domain/device_name.h"
#include "domain/devices.h"

namespace h2k {

namespace {

struct DiskBus {
    const char *name, *prefix;
};

DiskBus bus_of(const DomainPlan &plan) {
    if (plan.support.virtio_block)
        return {"virtio", "vd"};
    // The chipset of "pc" has IDE for four disks; every older system boots from it.
    const bool pc = !plan.support.q35 && plan.spec.machine.firmware != Firmware::uefi;
    return pc && plan.spec.machine.disks.size() <= 4 ? DiskBus{"ide", "hd"} : DiskBus{"sata", "sd"};
}

void add_server(const Element &disk, const std::string &socket) {
    const auto source = disk.add("source").set("protocol", "nbd");
    source.add("host").set("transport", "unix").set("socket", socket);
}

} // namespace

void add_disks(const Element &devices, const DomainPlan &plan) {
    const DiskBus bus = bus_of(plan);
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
        element.add("target").set("dev", device_name(bus.prefix, i)).set("bus", bus.name);
        element.add("boot").set("order", std::to_string(i + 1));
    }
}

} // namespace h2k
