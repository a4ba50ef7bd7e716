// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/model/inspection.h"
#include "convert/model/plans.h"

namespace h2k {

/// How much of libosinfo's database is read.
enum class OsinfoReading {
    needed, ///< the vendors' folders that can matter, and all of it only where they do not answer
    all     ///< the answer is the same
};

/// The libosinfo entry that describes the guest best: the exact one, else the closest older release of its
/// distribution, else a generic Linux of its kernel's age, else unknown; OsinfoChoice::how says which.
/// Searches the system's database and our additions: the folder (with os/ in it) that $VIRT_HYPER2KVM_OSINFO_DIR names,
/// else the installed one.  Safe to call from any thread; it takes some milliseconds, and some 0.3 s once where all of
/// the database has to be read.
[[nodiscard]] OsinfoChoice choose_osinfo(const Inspection &guest, OsinfoReading reading = OsinfoReading::needed);

/// The devices that the system supports according to libosinfo.
struct DeviceSupport {
    bool known = false; ///< the system is in the database
    bool q35 = false, virtio_block = false, virtio_net = false, virtio_modern = false, virtio_rng = false,
         virtio_balloon = false, virtio_serial = false, virtio_gpu = false, xhci = false;
    std::uint64_t recommended_memory = 0; ///< bytes; 0: not known
    bool operator==(const DeviceSupport &) const = default;
};
/// Empty if @os is not in the database.
[[nodiscard]] DeviceSupport device_support(const OsinfoChoice &os, OsinfoReading reading = OsinfoReading::needed);

} // namespace h2k
