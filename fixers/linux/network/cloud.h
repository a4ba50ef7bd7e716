// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/i18n.h"
#include "fixers/fixer.h"

namespace h2k {

/// cloud-init writes a guest's network configuration anew when it sees a new machine: with what its data source says,
/// or DHCP where the old machine's source is gone.  Static addresses that it wrote once would be lost.
class CloudNetworkFixer final : public Fixer {
  public:
    static constexpr FixerInfo info{"linux.cloud-network", Phase::network,
                                    N_("keeps cloud-init from replacing static addresses by DHCP")};
    [[nodiscard]] bool applies(const Inspection &facts) const override { return facts.family == Family::linux_os; }
    [[nodiscard]] Result<Finding> plan(const GuestView &guest, const Inspection &facts, const Machine &target,
                                       const RepairWishes &wishes) const override;
};

} // namespace h2k
