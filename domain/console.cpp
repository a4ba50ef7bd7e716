// SPDX-License-Identifier: LGPL-2.1-or-later
#include "domain/devices.h"

namespace h2k {

void add_consoles(const Element &devices, const DomainPlan &plan) {
    const std::string &log = plan.spec.serial_log;
    const Element serial = devices.add("serial").set("type", log.empty() ? "pty" : "file");
    if (!log.empty())
        serial.add("source").set("path", log);
    serial.add("target").set("port", "0");
    if (plan.support.virtio_serial) {
        const Element channel = devices.add("channel").set("type", "unix");
        channel.add("target").set("type", "virtio").set("name", "org.qemu.guest_agent.0");
    }
}

} // namespace h2k
