// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/i18n.h"
#include "fixers/fixer.h"

namespace h2k {

/// Services start, or no longer start, as the user's configuration says.
class ServicesFixer final : public Fixer {
  public:
    static constexpr FixerInfo info{"linux.services", Phase::identity,
                                    N_("enables, disables and masks the services that you name")};
    [[nodiscard]] bool applies(const Inspection &facts) const override { return facts.family == Family::linux_os; }
    [[nodiscard]] Result<Finding> plan(const GuestView &guest, const Inspection &facts, const Machine &target,
                                       const RepairWishes &wishes) const override;
};

} // namespace h2k
