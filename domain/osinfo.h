// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/model/inspection.h"
#include "convert/model/plans.h"

namespace h2k {

/// The libosinfo entry that describes the guest best: the exact one, else the closest older release of its
/// distribution, else a generic Linux, else unknown.
[[nodiscard]] OsinfoChoice choose_osinfo(const Inspection &guest);

/// What the system is known to drive, by libosinfo.
struct DeviceSupport {
    bool q35 = false, virtio_block = false, virtio_net = false, virtio_modern = false, virtio_rng = false,
         virtio_balloon = false, virtio_serial = false, virtio_gpu = false, xhci = false;
};
[[nodiscard]] DeviceSupport device_support(const OsinfoChoice &os);

} // namespace h2k
