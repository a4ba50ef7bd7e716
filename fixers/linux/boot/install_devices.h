// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "fixers/fixer.h"

namespace h2k {

/// What the guest's packages remember of the disks that GRUB is installed on becomes what those disks are called on
/// @target, so that an update of GRUB does not fail.
[[nodiscard]] Result<> plan_install_devices(const GuestView &guest, const Inspection &facts, const Machine &target,
                                            Finding &finding);

} // namespace h2k
