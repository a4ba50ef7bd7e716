// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "fixers/fixer.h"
#include <span>

namespace h2k {

/// Adds to @finding what has the guest run @scripts once, in order, at its first boot: the scripts (0700), the program
/// that runs them, and what starts that program.  What the guest has already, also from an earlier fixer, is not added
/// again.  Each change may fail.  Without scripts nothing is added.
[[nodiscard]] Result<> add_first_boot(const GuestView &guest, const LinuxFacts &facts,
                                      std::span<const FirstBootScript> scripts, Finding &finding);

} // namespace h2k
