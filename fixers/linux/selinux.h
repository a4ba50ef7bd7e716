// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "fixers/fixer.h"

namespace h2k {

inline constexpr const char *selinux_id = "linux.selinux";

/// The step after all fixers: gives the labels of the guest's SELinux policy to what @planned writes.  No Fixer, since
/// it has to see what the others plan.  @before: the guest as it is; @after: with @planned laid over it.
[[nodiscard]] Result<Finding> plan_selinux(const GuestView &before, const GuestView &after,
                                           const std::vector<Change> &planned, const RepairWishes &wishes);

} // namespace h2k
