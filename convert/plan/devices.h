// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/model/guest.h"
#include "convert/model/inspection.h"
#include "convert/model/machine.h"
#include "domain/osinfo/osinfo.h"

namespace h2k {

/// Decides once, for the fixers and the domain alike, which hardware the guest gets: the target's chipset, the buses of
/// its disks, the models of its cards, and the disk that it is started from.  virtio where the guest can start with
/// it; else devices that nearly every system has drivers for, and a notice that says why.
[[nodiscard]] Result<> choose_devices(Machine &target, const DeviceSupport &support, const Inspection &facts,
                                      const GuestView &guest, Notices &notices);

} // namespace h2k
