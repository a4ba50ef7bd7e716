// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/model/inspection.h"
#include "fixers/text/fstab.h"

namespace h2k {

/// Does @entry mount the temporary disk that a cloud gives a running machine, and that no image has?  Azure's resource
/// disk is "/dev/disk/cloud/azure_resource-part1" or the second disk, Amazon's ephemeral0 the second disk, both as
/// cloud-init writes them (its documentation, "Mounts").
[[nodiscard]] bool is_temporary_disk(const text::FstabEntry &entry);

/// The device that @entry, one of @all, must mean although a cloud's letters do not follow the order of the disks
/// (Amazon's xvdf is the second disk, and Azure's sdc): the only one on another disk than the root's that no entry
/// names, of the same partition number and the type that the entry says.  Null: none, or it is ambiguous.
[[nodiscard]] const BlockDevice *device_left_for(const Inspection &facts, const std::vector<text::FstabEntry> &all,
                                                 const text::FstabEntry &entry);

} // namespace h2k
