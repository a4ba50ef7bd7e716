// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

namespace h2k::test {

// What disks an appliance is given.  @folder: where they are made.

/// The partitions of a disk with sectors of 4096 bytes are found.
void large_sectors_are_read(const void *folder);
void missing_disk_is_reported(const void *folder);

} // namespace h2k::test
