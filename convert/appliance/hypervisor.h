// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/appliance/handle.h"
#include "convert/base/notice.h"
#include "convert/base/work_folder.h"

namespace h2k {

/// Has @handle start a QEMU that a guest who has broken into it gains little by: a user of its own, no capabilities, no
/// sockets, no files but those that it was handed, and limits on what it uses.  Returns the folder that it and
/// libguestfs work in, which must outlive the launched appliance.  @use_kvm: false forces TCG.  It is a notice where
/// QEMU has to run as root.
[[nodiscard]] Result<std::unique_ptr<WorkFolder>> set_up_hypervisor(const Handle &handle, bool use_kvm,
                                                                    Notices &notices);

/// Adds a disk whose bytes are served by NBD on @socket; no other is within QEMU's reach.  @sector_bytes: of a logical
/// sector, 512 or 4096.
[[nodiscard]] Result<> add_disk(const Handle &handle, const std::string &socket, unsigned sector_bytes = 512);

} // namespace h2k
