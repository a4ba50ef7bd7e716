// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/i18n.h"
#include "fixers/fixer.h"

namespace h2k {

/// Every kernel's initramfs holds the drivers of the disks that the guest will have.
class InitramfsFixer final : public Fixer {
  public:
    static constexpr FixerInfo info{"linux.initramfs", Phase::boot,
                                    N_("puts the drivers of the new disks into each kernel's initramfs")};
    [[nodiscard]] bool applies(const Inspection &facts) const override;
    [[nodiscard]] Result<Finding> plan(const GuestView &guest, const Inspection &facts, const Machine &target,
                                       const RepairWishes &wishes) const override;
};

} // namespace h2k
