// SPDX-License-Identifier: LGPL-2.1-or-later
#include "domain/devices.h"

namespace h2k {

void add_display(const Element &devices, const DomainPlan &plan) {
    if (plan.support.xhci)
        devices.add("controller").set("type", "usb").set("model", "qemu-xhci").set("ports", "15");
    devices.add("input").set("type", "tablet").set("bus", "usb");
    // A domain that is only watched needs a screen for screenshots, but no access to it.
    if (plan.spec.serial_log.empty())
        devices.add("graphics").set("type", "vnc").set("autoport", "yes");
    devices.add("video").add("model").set("type", plan.support.virtio_gpu ? "virtio" : "vga");
}

} // namespace h2k
