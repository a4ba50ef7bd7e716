// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/i18n.h"
#include "fixers/fixer.h"

namespace h2k {

/// The host name that the user wants, wherever the guest keeps it, and lines of /etc/hosts.
class HostnameFixer final : public Fixer {
  public:
    static constexpr FixerInfo info{"linux.hostname", Phase::identity,
                                    N_("gives the guest the host name and the known hosts that you ask for")};
    [[nodiscard]] bool applies(const Inspection &facts) const override { return facts.family == Family::linux_os; }
    [[nodiscard]] Result<Finding> plan(const GuestView &guest, const Inspection &facts, const Machine &target,
                                       const RepairWishes &wishes) const override;
};

} // namespace h2k
