// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/appliance/handle.h"
#include "convert/base/notice.h"
#include "convert/base/work_folder.h"
#include "convert/confine/confinement.h"

namespace h2k {

/// Has @handle start a QEMU that a guest who has broken into it gains little by: a user of its own, no capabilities, no
/// sockets, no files but those that it was handed, and limits on what it uses.  Returns the folder that it and
/// libguestfs work in, which must outlive the launched appliance.  @use_kvm: false forces TCG.  It is a notice where
/// QEMU has to run as root.  @warm: how the appliance starts, if it is not booted; of its socket, only the name.
[[nodiscard]] Result<std::unique_ptr<WorkFolder>> set_up_hypervisor(Handle &handle, bool use_kvm, Notices &notices,
                                                                    WarmStart warm = {});

/// QEMU, and the power that it needs for an appliance.
struct ConfinedQemu {
    std::string program;
    Confinement least;
};
/// @own: a private folder of ours, which becomes its user's.
[[nodiscard]] Result<ConfinedQemu> confined_qemu(const Handle &handle, const std::string &own, bool use_kvm);
/// Path of the QEMU that libguestfs would start.
[[nodiscard]] Result<std::string> hypervisor_of(const Handle &handle);
[[nodiscard]] std::string libguestfs_version(const Handle &handle);

/// Adds a disk whose bytes are served by NBD on @socket; no other is within QEMU's reach.  @sector_bytes: of a logical
/// sector, 512 or 4096.
[[nodiscard]] Result<> add_disk(const Handle &handle, const std::string &socket, unsigned sector_bytes = 512);
/// The same of several; @sector_bytes may be of the first ones only, or empty.
[[nodiscard]] Result<> add_disks(const Handle &handle, const std::vector<std::string> &sockets,
                                 const std::vector<unsigned> &sector_bytes);

} // namespace h2k
