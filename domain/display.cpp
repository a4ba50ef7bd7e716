// SPDX-License-Identifier: LGPL-2.1-or-later
#include "domain/devices.h"
#include <string_view>

namespace h2k {

namespace {

/// The first that the system and the host have; QEMU's own choice where the host names none.
const char *video_for(const DomainPlan &plan) {
    for (const char *model : {"virtio", "vga", "bochs", "cirrus"})
        if ((model != std::string_view{"virtio"} || plan.support.virtio_gpu) &&
            has(offer_for(plan), &MachineOffer::videos, model))
            return model;
    return "vga";
}

} // namespace

void add_display(const Element &devices, const DomainPlan &plan) {
    devices.add("input").set("type", "tablet").set("bus", "usb");
    // A domain that is only watched needs a screen for screenshots, but no access to it.
    if (plan.spec.serial_log.empty() && has(offer_for(plan), &MachineOffer::graphics, "vnc"))
        devices.add("graphics").set("type", "vnc").set("autoport", "yes");
    devices.add("video").add("model").set("type", video_for(plan));
}

} // namespace h2k
