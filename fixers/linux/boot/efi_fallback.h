// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/i18n.h"
#include "fixers/fixer.h"

namespace h2k {

/// A guest that starts by UEFI has a loader where firmware without boot entries looks for one, since the entries of the
/// old machine's NVRAM are not carried: \EFI\BOOT\BOOTX64.EFI (UEFI specification, section 3.5.1.1).
class EfiFallbackFixer final : public Fixer {
  public:
    static constexpr FixerInfo info{"linux.efi-fallback", Phase::boot,
                                    N_("puts the guest's own loader where firmware without boot entries looks")};
    [[nodiscard]] bool applies(const Inspection &facts) const override { return facts.family == Family::linux_os; }
    [[nodiscard]] Result<Finding> plan(const GuestView &guest, const Inspection &facts, const Machine &target,
                                       const RepairWishes &wishes) const override;
};

} // namespace h2k
