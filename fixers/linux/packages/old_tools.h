// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/i18n.h"
#include "fixers/fixer.h"

namespace h2k {

/// What the old hypervisor put into the guest leaves by the guest's own package manager, and what cannot leave is kept
/// from starting.  Agents of clouds are told, and leave where that is wished.
class OldToolsFixer final : public Fixer {
  public:
    static constexpr FixerInfo info{
        "linux.old-tools", Phase::agents,
        N_("removes the old hypervisor's tools and keeps what is left of them from starting")};
    [[nodiscard]] bool applies(const Inspection &facts) const override { return facts.family == Family::linux_os; }
    [[nodiscard]] Result<Finding> plan(const GuestView &guest, const Inspection &facts, const Machine &target,
                                       const RepairWishes &wishes) const override;
};

} // namespace h2k
