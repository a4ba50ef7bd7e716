// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/direct/program/disk.h"
#include <string>

namespace h2k {

/// A device that LVM's metadata may be on.
struct Member {
    std::string name, uuid; ///< of BlockDevice
    Bytes *bytes = nullptr;
};

/// A linear logical volume.
struct Volume {
    std::string name;                  ///< "/dev/VG/LV"
    std::vector<std::string> below;    ///< names of members, at least one
    std::vector<DeviceExtent> extents; ///< on their bytes
};

struct Volumes {
    std::vector<Volume> volumes; ///< in the order of names
    std::string unfit;           ///< why these members need another lane; empty: they do not
};

/// The active logical volumes that LVM finds on @members.
[[nodiscard]] Result<Volumes> find_volumes(const std::vector<Member> &members);

} // namespace h2k
