// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/base/messages.h"
#include "convert/base/text.h"
#include "convert/source/libvirt/disks.h"
#include <array>

namespace h2k {

namespace {

constexpr std::size_t most_lost = 256;

/// The attributes of @element that are set, as "0x0000:0x03:0x00.0x0".
std::string joined(const XmlElement &element, std::initializer_list<const char *> names) {
    std::vector<std::string> found;
    for (const auto *name : names)
        if (auto value = element.attribute(name); !value.empty())
            found.push_back(std::move(value));
    return printable(join(found, ":"));
}

/// What a <hostdev> is on its host.
NotCarried host_device(const XmlElement &device) {
    const auto type = device.attribute("type");
    const auto source = device.child("source"), address = source.child("address");
    if (type == "usb") {
        const auto vendor = source.child("vendor").attribute("id"), product = source.child("product").attribute("id");
        return {LostDevice::usb,
                vendor.empty() ? joined(address, {"bus", "device"}) : printable(vendor + ":" + product)};
    }
    if (type == "mdev")
        return {LostDevice::gpu, joined(address, {"uuid"})};
    if (type == "pci")
        return {LostDevice::pci, joined(address, {"domain", "bus", "slot", "function"})};
    return {LostDevice::other, printable(type)};
}

struct LostKind {
    const char *element;
    LostDevice kind;
};
constexpr std::array lost_kinds{
    LostKind{"parallel", LostDevice::parallel}, LostKind{"sound", LostDevice::sound},
    LostKind{"smartcard", LostDevice::other},   LostKind{"shmem", LostDevice::other},
    LostKind{"watchdog", LostDevice::other},
};

/// A console of the machine itself is one that its successor has too; others lead to something.
void read_serial_ports(const XmlElement &devices, std::vector<NotCarried> &lost) {
    for (const auto &port : devices.children("serial")) {
        const auto type = port.attribute("type");
        const auto source = port.child("source");
        if (type != "pty" && type != "null" && !type.empty())
            lost.push_back({LostDevice::serial, printable(type) + " " + joined(source, {"path", "host", "service"})});
    }
}

} // namespace

void read_lost_devices(const XmlElement &devices, Machine &machine) {
    auto &lost = machine.not_carried;
    for (const auto &device : devices.children("hostdev"))
        lost.push_back(host_device(device));
    for (const auto &folder : devices.children("filesystem"))
        lost.push_back({LostDevice::folder, joined(folder.child("source"), {"dir", "file", "name", "socket"})});
    for (const auto &[element, kind] : lost_kinds)
        for (const auto &device : devices.children(element)) {
            const auto model = joined(device, {"model", "name", "mode", "type"});
            lost.push_back({kind, kind == LostDevice::other ? std::string{element} + " " + model : model});
        }
    read_serial_ports(devices, lost);
    if (lost.size() > most_lost)
        lost.resize(most_lost);
}

} // namespace h2k
