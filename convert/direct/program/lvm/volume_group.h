// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/direct/disk/disk.h"
#include "convert/direct/program/lvm/text.h"

namespace h2k {

/// A physical volume that is there.
struct PhysicalDevice {
    std::string name; ///< of BlockDevice
    std::string uuid; ///< without dashes
    Bytes *bytes = nullptr;
};

/// A linear logical volume.
struct Volume {
    std::string name;                  ///< "/dev/VG/LV"
    std::vector<std::string> below;    ///< names of devices, at least one, in their order
    std::vector<DeviceExtent> extents; ///< on their bytes
};

/// Adds the volumes of @group, as the text of lvm2 describes it, that LVM would activate.  Returns why the group needs
/// another lane, which is so where anything is missing, unknown, or not a linear volume; empty: it does not.
[[nodiscard]] std::string add_volumes_of(const LvmSection &group, const std::vector<PhysicalDevice> &devices,
                                         std::vector<Volume> &volumes);

} // namespace h2k
