// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/direct/disk/disk.h"
#include <optional>
#include <string>

namespace h2k {

/// What a physical volume of LVM says of itself and of its group.
struct PhysicalVolume {
    std::string uuid; ///< 32 characters, without dashes
    std::string text; ///< the description of its group, for parse_lvm_text(); empty: it has none
};

/// The physical volume that is on @device.  Null: it has no label, or label, header or description are damaged, in
/// transition or contradict each other.
[[nodiscard]] Result<std::optional<PhysicalVolume>> read_physical_volume(Bytes &device);

/// The checksum of LVM's structures.
[[nodiscard]] std::uint32_t lvm_checksum(std::string_view bytes);

} // namespace h2k
