// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/i18n.h"
#include "fixers/fixer.h"

namespace h2k {

/// Makes, changes, locks and deletes accounts as the user's configuration says.
class UsersFixer final : public Fixer {
  public:
    static constexpr FixerInfo info{"linux.users", Phase::identity,
                                    N_("makes and changes the accounts that you ask for")};
    [[nodiscard]] bool applies(const Inspection &facts) const override { return facts.family == Family::linux_os; }
    [[nodiscard]] Result<Finding> plan(const GuestView &guest, const Inspection &facts, const Machine &target,
                                       const RepairWishes &wishes) const override;
};

} // namespace h2k
