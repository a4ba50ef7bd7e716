// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/i18n.h"
#include "fixers/fixer.h"
#include <span>

namespace h2k {

/// Adds to @finding what has the guest run @scripts once, in order, when it starts first: the scripts (0700), the
/// program that runs them and what starts that.  What the guest has already, from here or from another fixer before, is
/// not added again.  Each change may fail.  Nothing for no scripts.
[[nodiscard]] Result<> add_first_boot(const GuestView &guest, const Inspection &facts,
                                      std::span<const FirstBootScript> scripts, Finding &finding);

/// The scripts that the user wants to be run.
class FirstBootFixer final : public Fixer {
  public:
    static constexpr FixerInfo info{"linux.first-boot", Phase::cleanup,
                                    N_("has the guest run your scripts once, when it starts first")};
    [[nodiscard]] bool applies(const Inspection &facts) const override { return facts.family == Family::linux_os; }
    [[nodiscard]] Result<Finding> plan(const GuestView &guest, const Inspection &facts, const Machine &target,
                                       const RepairWishes &wishes) const override;
};

} // namespace h2k
