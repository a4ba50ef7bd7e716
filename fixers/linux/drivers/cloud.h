// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/i18n.h"
#include "fixers/fixer.h"

namespace h2k {

/// cloud-init no longer waits for a cloud that is not there, clocks of hypervisors are no time source, and what the
/// user wants cloud-init to do is there as a seed.
class CloudFixer final : public Fixer {
  public:
    static constexpr FixerInfo info{
        "linux.cloud", Phase::agents,
        N_("frees the guest of the cloud's metadata service and clock, and seeds cloud-init")};
    [[nodiscard]] bool applies(const Inspection &facts) const override { return facts.family == Family::linux_os; }
    [[nodiscard]] Result<Finding> plan(const GuestView &guest, const Inspection &facts, const Machine &target,
                                       const RepairWishes &wishes) const override;
};

/// Clocks and time servers that only the old machine had.
[[nodiscard]] Result<> plan_time_sources(const GuestView &guest, Finding &finding);

} // namespace h2k
