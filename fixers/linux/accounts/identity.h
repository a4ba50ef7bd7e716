// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/i18n.h"
#include "fixers/fixer.h"

namespace h2k {

/// Whether the guest stays the machine that it was: machine ID and random seeds.
class IdentityFixer final : public Fixer {
  public:
    static constexpr FixerInfo info{"linux.identity", Phase::identity,
                                    N_("keeps the machine ID, or has the guest make a new one")};
    [[nodiscard]] bool applies(const Inspection &facts) const override { return facts.family == Family::linux_os; }
    [[nodiscard]] Result<Finding> plan(const GuestView &guest, const Inspection &facts, const Machine &target,
                                       const RepairWishes &wishes) const override;
};

} // namespace h2k
