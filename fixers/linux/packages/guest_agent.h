// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/i18n.h"
#include "fixers/fixer.h"

namespace h2k {

/// The guest has QEMU's guest agent and starts it.  Nothing is fetched from a network unless that is wished.
class GuestAgentFixer final : public Fixer {
  public:
    static constexpr FixerInfo info{"linux.guest-agent", Phase::agents,
                                    N_("sees to it that QEMU's guest agent is installed and starts")};
    [[nodiscard]] bool applies(const Inspection &facts) const override { return facts.family == Family::linux_os; }
    [[nodiscard]] Result<Finding> plan(const GuestView &guest, const Inspection &facts, const Machine &target,
                                       const RepairWishes &wishes) const override;
};

} // namespace h2k
