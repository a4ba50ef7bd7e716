// SPDX-License-Identifier: LGPL-2.1-or-later
#include "domain/devices.h"

namespace h2k {

void add_interfaces(const Element &devices, const DomainPlan &plan) {
    const char *usual = plan.support.virtio_net ? "virtio" : has_pcie(plan) ? "e1000e" : "e1000";
    for (const Nic &nic : plan.spec.machine.nics) {
        const Element element = devices.add("interface").set("type", plan.spec.host.user_network ? "user" : "network");
        if (!nic.mac.empty())
            element.add("mac").set("address", nic.mac);
        if (!plan.spec.host.user_network)
            element.add("source").set("network", network_of(nic));
        element.add("model").set("type", nic.model.empty() ? usual : nic.model);
    }
}

} // namespace h2k
