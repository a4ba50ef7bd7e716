// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/notice.h"
#include "convert/model/guest.h"
#include "convert/model/inspection.h"
#include <vector>

namespace h2k {

/// The kernels that can boot: a modules folder with a modules.dep and a kernel image that belongs to it; oldest first
/// by version_order().  Images are found as distributions name them in /boot (vmlinuz-VERSION), as
/// kernel-install(8) lays them out (/boot/MACHINE/VERSION/linux), by the package name that Arch writes beside the
/// modules (pkgbase), by Alpine's flavour, and finally in the modules folder itself.
/// Only the newest 64 modules folders are examined; older ones add a notice.
[[nodiscard]] Result<std::vector<Kernel>> find_kernels(const GuestView &guest, Notices &notices);

} // namespace h2k
