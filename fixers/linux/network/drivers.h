// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/i18n.h"
#include "fixers/fixer.h"

namespace h2k {

/// Old guests name the driver of each network card in modprobe's configuration, and RHEL 5 looks for new hardware
/// itself.
class NetworkDriversFixer final : public Fixer {
  public:
    static constexpr FixerInfo info{"linux.network-drivers", Phase::network,
                                    N_("loads the new network cards' drivers where the guest names drivers itself")};
    [[nodiscard]] bool applies(const Inspection &facts) const override { return facts.family == Family::linux_os; }
    [[nodiscard]] Result<Finding> plan(const GuestView &guest, const Inspection &facts, const Machine &target,
                                       const RepairWishes &wishes) const override;
};

} // namespace h2k
