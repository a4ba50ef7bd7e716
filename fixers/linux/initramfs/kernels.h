// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/notice.h"
#include "convert/model/guest.h"
#include "convert/model/inspection.h"
#include "fixers/text/modules_dep.h"

namespace h2k {

/// Is it a kernel for rescue, debugging or crash dumps?
[[nodiscard]] bool is_spare(const Kernel &kernel);

/// The modules of a kernel, loadable and built in.
[[nodiscard]] Result<text::KernelModules> read_modules(const GuestView &guest, const std::string &version,
                                                       Notices &notices);

/// The kernel that the guest starts by default: the one of GRUB's saved entry, else the newest.  Null: it has none.
[[nodiscard]] Result<const Kernel *> default_kernel(const GuestView &guest, const LinuxFacts &facts);

} // namespace h2k
