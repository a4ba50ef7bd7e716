// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/i18n.h"
#include "fixers/fixer.h"

namespace h2k {

/// The kernel command lines of GRUB, the Boot Loader Specification and syslinux name root and resume devices by what
/// is on them, now and after the guest's own tools write them anew.
class GrubFixer final : public Fixer {
  public:
    static constexpr FixerInfo info{"linux.grub", Phase::storage,
                                    N_("names root and resume devices by UUID on the kernel command lines")};
    [[nodiscard]] bool applies(const Inspection &facts) const override { return facts.family == Family::linux_os; }
    [[nodiscard]] Result<Finding> plan(const GuestView &guest, const Inspection &facts, const Machine &target,
                                       const RepairWishes &wishes) const override;
};

} // namespace h2k
