// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/notice.h"
#include "convert/model/machine.h"
#include "convert/source/media.h"
#include "convert/source/ovf/envelope.h"

namespace h2k {

/// A disk of the machine: what it is in the envelope, and its bus.
struct OvfDrive {
    std::size_t disk = 0;              ///< index in OvfEnvelope::disks
    std::optional<std::size_t> file{}; ///< index in OvfEnvelope::files; null: the disk is blank
    Bus bus = Bus::scsi;
};

struct OvfHardware {
    Machine machine;                ///< all but its disks
    std::vector<OvfDrive> drives;   ///< those that it boots from first, then by controller and by address on it
    std::vector<NamedMedium> media; ///< by the href of their files
    Notices notices;
};

/// What the devices of an envelope mean: CIM_ResourceAllocationSettingData, ResourceType.  @name: of the descriptor,
/// for messages.  A disk that is only a difference to another, one file in two disks and what refers to nothing are
/// H2K_ERROR_SOURCE.  Each device of a blank disk is a disk of its own.
[[nodiscard]] Result<OvfHardware> ovf_hardware(const OvfEnvelope &envelope, const std::string &name);

/// The drives alone.
[[nodiscard]] Result<std::vector<OvfDrive>> ovf_drives(const OvfEnvelope &envelope, const std::string &name,
                                                       Notices &notices);

} // namespace h2k
