// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/notice.h"
#include "convert/model/machine.h"
#include "convert/source/media.h"
#include <optional>
#include <string>
#include <vector>

namespace h2k {

/// A disk of a libvirt domain, as its XML describes it.  Either a file, or a volume of a storage pool.
struct DomainDisk {
    std::string target; ///< its name there: "vda"
    Bus bus = Bus::scsi;
    unsigned boot_order = 0;          ///< 0: none is given
    std::string serial, wwn;          ///< as the guest sees them; empty: libvirt's own
    unsigned sector_bytes = 512;      ///< of a logical sector
    std::optional<DiskFormat> format; ///< null: the XML names none
    std::string file;                 ///< as written
    std::string pool, volume;
};

/// What the XML of a libvirt domain says.
struct DomainDescription {
    Machine machine;               ///< without its disks
    std::vector<DomainDisk> disks; ///< in the order of their targets
    std::vector<NamedMedium> media;
    Notices notices;
};

} // namespace h2k
