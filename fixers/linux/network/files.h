// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/i18n.h"
#include "fixers/fixer.h"

namespace h2k {

/// Files of systemd-networkd and NetworkManager that the user brings.
class NetworkFilesFixer final : public Fixer {
  public:
    static constexpr FixerInfo info{"linux.network-files", Phase::network,
                                    N_("puts the network files that you bring into the guest")};
    [[nodiscard]] bool applies(const Inspection &facts) const override { return facts.family == Family::linux_os; }
    [[nodiscard]] Result<Finding> plan(const GuestView &guest, const Inspection &facts, const Machine &target,
                                       const RepairWishes &wishes) const override;
};

} // namespace h2k
