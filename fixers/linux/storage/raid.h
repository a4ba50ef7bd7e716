// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/i18n.h"
#include "fixers/fixer.h"

namespace h2k {

/// mdadm's configuration finds the members of RAID sets on whatever disks they are.
class RaidFixer final : public Fixer {
  public:
    static constexpr FixerInfo info{"linux.raid", Phase::storage, N_("lets mdadm look for RAID members on all disks")};
    [[nodiscard]] bool applies(const Inspection &facts) const override { return facts.family == Family::linux_os; }
    [[nodiscard]] Result<Finding> plan(const GuestView &guest, const Inspection &facts, const Machine &target,
                                       const RepairWishes &wishes) const override;
};

} // namespace h2k
