// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/model/storage.h"
#include <string>
#include <string_view>
#include <vector>

namespace h2k {

/// The files of a guest that name disks by identifiers of the old machine.
struct DiskIdFiles {
    std::string fstab, crypttab, multipath_conf, multipath_bindings;
};

/// Adds to BlockDevice::names what the guest's files call its disks by identifier: /dev/disk/by-id/ with a WWN or a
/// serial number, and aliases of multipath.  A disk is recognised by its WWN in @wwns (by its index; empty: not
/// known), or because @root, the device with these files, is on it, or because no other disk is left that has the
/// partitions and types of content that the files name.
void name_by_ids(std::vector<BlockDevice> &devices, const std::string &root, const std::vector<std::string> &wwns,
                 const DiskIdFiles &files);

} // namespace h2k
