// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "fixers/fixer.h"

namespace h2k {

/// Clocks and time servers that only the old machine had, in the settings of time services and in units.
[[nodiscard]] Result<> plan_time_sources(const GuestView &guest, Finding &finding);

} // namespace h2k
