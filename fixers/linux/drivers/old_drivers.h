// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "fixers/fixer.h"

namespace h2k {

/// modprobe.d and lists of modules.
[[nodiscard]] Result<> plan_module_files(const GuestView &guest, const Machine &target, Finding &finding);
/// Logins on Xen's consoles, which have no counterpart, move to the serial port that libvirt gives.
[[nodiscard]] Result<> plan_xen_consoles(const GuestView &guest, Finding &finding);
/// Folders that the old hypervisor shared, in fstab and as units.
[[nodiscard]] Result<> plan_shared_folders(const GuestView &guest, Finding &finding);
/// xorg.conf and its folder.
[[nodiscard]] Result<> plan_x_drivers(const GuestView &guest, Finding &finding);

} // namespace h2k
