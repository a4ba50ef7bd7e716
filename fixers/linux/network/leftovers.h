// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "fixers/fixer.h"

namespace h2k {

/// Removes the leases that DHCP clients remember of the old network.
[[nodiscard]] Result<> plan_leftovers(const GuestView &guest, Finding &finding);

} // namespace h2k
