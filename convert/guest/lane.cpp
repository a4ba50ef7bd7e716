// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/guest/lane.h"
#include <algorithm>

namespace h2k {

bool is_ext(const BlockDevice &device) {
    return device.type == "ext2" || device.type == "ext3" || device.type == "ext4";
}

bool may_have_files(const BlockDevice &device) {
    constexpr std::string_view no_file_system[] = {
        "", "swap", "swsuspend", "LVM2_member", "linux_raid_member", "crypto_LUKS"};
    return std::ranges::find(no_file_system, device.type) == std::end(no_file_system);
}

} // namespace h2k
