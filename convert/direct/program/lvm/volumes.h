// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/direct/program/lvm/volume_group.h"

namespace h2k {

/// A device that blkid calls LVM2_member.
struct Member {
    std::string name; ///< of BlockDevice
    Bytes *bytes = nullptr;
};

struct Volumes {
    std::vector<Volume> volumes; ///< in the order of names, as "lvs" of the appliance lists them
    std::string unfit;           ///< why these members need another lane; empty: they do not
};

/// The active logical volumes that LVM finds on @members.
[[nodiscard]] Result<Volumes> find_volumes(const std::vector<Member> &members);

} // namespace h2k
