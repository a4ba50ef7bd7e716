// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/i18n.h"
#include "fixers/fixer.h"

namespace h2k {

/// /etc/fstab, /etc/crypttab and the resume device of initramfs-tools name devices by what is on them; a file system
/// that is not there does not hold up the boot.
class FstabFixer final : public Fixer {
  public:
    static constexpr FixerInfo info{"linux.fstab", Phase::storage,
                                    N_("names file systems and swap by UUID or label, and lets absent ones be absent")};
    [[nodiscard]] bool applies(const Inspection &facts) const override { return facts.family == Family::linux_os; }
    [[nodiscard]] Result<Finding> plan(const GuestView &guest, const Inspection &facts, const Machine &target,
                                       const RepairWishes &wishes) const override;
};

} // namespace h2k
