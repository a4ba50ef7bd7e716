// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

namespace h2k::test {

/// LUKS, LVM on LUKS and a RAID set, made and opened in one launch.  @folder: text, where the disks may lie.
void layouts_open(const void *folder);

} // namespace h2k::test
