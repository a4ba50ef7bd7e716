// SPDX-License-Identifier: LGPL-2.1-or-later
#include "domain/devices.h"

namespace h2k {

void add_consoles(const Element &devices, const DomainPlan &plan) {
    const std::string &log = plan.spec.serial_log;
    const std::string &socket = plan.spec.serial_socket;
    const Element serial = devices.add("serial").set("type", !socket.empty() ? "unix" : log.empty() ? "pty" : "file");
    if (!socket.empty()) {
        serial.add("source").set("mode", "bind").set("path", socket);
        serial.add("log").set("file", log).set("append", "on");
    } else if (!log.empty())
        serial.add("source").set("path", log);
    serial.add("target").set("port", "0");
    if (const std::string &second = plan.spec.second_serial; !second.empty()) {
        const Element port = devices.add("serial").set("type", "unix");
        port.add("source").set("mode", "bind").set("path", second);
        port.add("target").set("port", "1");
    }
    if (plan.support.virtio_serial) {
        const Element channel = devices.add("channel").set("type", "unix");
        channel.add("target").set("type", "virtio").set("name", "org.qemu.guest_agent.0");
    }
}

} // namespace h2k
