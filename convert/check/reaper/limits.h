// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/check/boot/powers.h"

namespace h2k {

/// Sets @limits for this process and what it will start, with no core dumps and no new privileges.  libvirt stays far
/// below them.  Returns 0, or errno.
[[nodiscard]] int set_limits(const QemuLimits &limits);

} // namespace h2k
