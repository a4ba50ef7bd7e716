// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/notice.h"
#include "convert/model/machine.h"
#include "convert/source/media.h"
#include <string>
#include <vector>

namespace h2k {

/// One virtual hard disk as the settings have it.
struct HyperVDisk {
    std::string slot; ///< "IDE 0:1", "SCSI 1:0"
    Bus bus{};
    std::string path; ///< as written: of the Windows host
};

struct HyperVSettings {
    Machine machine; ///< without disks
    std::vector<NamedMedium> media;
    std::vector<HyperVDisk> disks; ///< the IDE channels first, then the SCSI controllers as the manifest lists them
    Notices notices;
};

} // namespace h2k
