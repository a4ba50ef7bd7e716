// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/inspect/os_release.h"
#include "convert/model/guest.h"
#include <string>

namespace h2k {

/// The architecture that the guest's programs are built for, as the kernel names it ("x86_64", "i686", "aarch64"),
/// from the ELF header of one small program; empty where it cannot be determined.
[[nodiscard]] Result<std::string> find_architecture(const GuestView &guest);
/// As Inspection::init.
[[nodiscard]] Result<std::string> find_init(const GuestView &guest);
/// As Inspection::packages; of two package databases the one that belongs to @release.
[[nodiscard]] Result<std::string> find_package_format(const GuestView &guest, const OsRelease &release);
/// As Inspection::initramfs_tool: "initramfs-tools", "dracut", "mkinitcpio", "mkinitfs", "mkinitrd", or one that
/// cannot be run here: "make-initrd", "booster", "genkernel", "tinyramfs"; or empty.
[[nodiscard]] Result<std::string> find_initramfs_tool(const GuestView &guest);

} // namespace h2k
