// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/i18n.h"
#include "fixers/fixer.h"

namespace h2k {

/// Each network interface keeps the name that the guest's configuration uses, recognised by the MAC of the target's
/// card; pins on the old hardware go.
class NetworkNamesFixer final : public Fixer {
  public:
    static constexpr FixerInfo info{"linux.network-names", Phase::network,
                                    N_("keeps the network interface names that the guest's configuration uses")};
    [[nodiscard]] bool applies(const Inspection &facts) const override { return facts.family == Family::linux_os; }
    [[nodiscard]] Result<Finding> plan(const GuestView &guest, const Inspection &facts, const Machine &target,
                                       const RepairWishes &wishes) const override;
};

} // namespace h2k
