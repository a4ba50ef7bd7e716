// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/model/machine.h"
#include "convert/source/ovf/description.h"
#include <optional>

namespace h2k {

/// CIM_ResourceAllocationSettingData.ResourceType, as far as it is of use here.
enum class OvfType : unsigned {
    other = 0,
    processor = 3,
    memory = 4,
    ide_controller = 5,
    scsi_controller = 6,
    fibre_channel_controller = 7,
    iscsi_controller = 8,
    ethernet = 10,
    other_network = 11,
    floppy = 14,
    cd = 15,
    dvd = 16,
    disk = 17,
    tape = 18,
    storage_extent = 19, ///< Citrix: a disk
    storage_controller = 20,
    serial_port = 21,
    parallel_port = 22,
    logical_disk = 31,
    sound_card = 35, ///< VirtualBox
};
[[nodiscard]] OvfType type_of(const OvfItem &item);

/// Can the item be a disk?
[[nodiscard]] bool is_disk(const OvfItem &item);
/// Is it a drive for CDs or DVDs?
[[nodiscard]] bool is_cdrom(const OvfItem &item);

/// The file that a drive @item has its medium from, directly or by a disk of the envelope: an index in
/// OvfEnvelope::files; null where there is none.
[[nodiscard]] std::optional<std::size_t> ovf_medium(const OvfEnvelope &envelope, const OvfItem &item);

} // namespace h2k
