// SPDX-License-Identifier: LGPL-2.1-or-later
#include "domain/devices.h"
#include <array>

namespace h2k {

namespace {

/// As many devices can be plugged into a running q35 domain: each needs a port of its own.
constexpr unsigned root_ports = 14;

/// One USB 2 controller: that of high speed, and its companions for slower devices.
void add_usb2(const Element &devices) {
    constexpr std::array companions{"ich9-uhci1", "ich9-uhci2", "ich9-uhci3"};
    const auto controller = [&](const char *model) {
        return devices.add("controller").set("type", "usb").set("index", "0").set("model", model);
    };
    controller("ich9-ehci1");
    for (std::size_t i = 0; i < companions.size(); ++i)
        controller(companions[i]).add("master").set("startport", std::to_string(2 * i));
}

} // namespace

void add_controllers(const Element &devices, const DomainPlan &plan) {
    if (has_pcie(plan)) {
        devices.add("controller").set("type", "pci").set("model", "pcie-root");
        for (unsigned i = 0; i < root_ports; ++i)
            devices.add("controller").set("type", "pci").set("model", "pcie-root-port");
    }
    if (plan.support.xhci)
        devices.add("controller").set("type", "usb").set("model", "qemu-xhci").set("ports", "15");
    else
        add_usb2(devices);
}

} // namespace h2k
