// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/notice.h"
#include "convert/model/machine.h"
#include "convert/source/media.h"
#include <string>
#include <vector>

namespace h2k {

/// One hard disk as a VMX file has it.
struct VmxDisk {
    std::string slot; ///< "scsi0:1"
    Bus bus{};
    std::string file; ///< as written: a path of the host that it was on
};

struct VmxHardware {
    Machine machine;            ///< without disks
    std::vector<VmxDisk> disks; ///< in the order in which the firmware tries to boot from them
    std::vector<NamedMedium> media;
    Notices notices;
};

} // namespace h2k
