// SPDX-License-Identifier: LGPL-2.1-or-later
#include "domain/devices.h"

namespace h2k {

void add_virtio_services(const Element &devices, const DomainPlan &plan) {
    devices.add("memballoon").set("model", plan.support.virtio_balloon ? "virtio" : "none");
    if (plan.support.virtio_rng) {
        const Element rng = devices.add("rng").set("model", "virtio");
        rng.add("backend", "/dev/urandom").set("model", "random");
    }
}

} // namespace h2k
