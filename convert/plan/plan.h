// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/model/guest.h"
#include "convert/model/plans.h"

namespace h2k {

/// Notes which of the files that @change is about not every user of the @guest can read.
[[nodiscard]] Result<> note_closed(RepairPlan &plan, const Change &change, const GuestView &guest);

/// Runs the guest's fixer table over an Overlay of @guest and adds the target machine.
[[nodiscard]] Result<RepairPlan> make_plan(const Request &request, const CarryPlan &carried, const Inspection &facts,
                                           const GuestView &guest);

} // namespace h2k
