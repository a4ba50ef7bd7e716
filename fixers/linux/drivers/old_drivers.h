// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/i18n.h"
#include "fixers/fixer.h"

namespace h2k {

/// Drivers of the old hypervisor are not asked for any more: as modules, by X, as consoles and for shared folders; and
/// nothing forbids the new ones.
class OldDriversFixer final : public Fixer {
  public:
    static constexpr FixerInfo info{"linux.old-drivers", Phase::cleanup,
                                    N_("stops asking for the old hypervisor's drivers, consoles and shared folders")};
    [[nodiscard]] bool applies(const Inspection &facts) const override { return facts.family == Family::linux_os; }
    [[nodiscard]] Result<Finding> plan(const GuestView &guest, const Inspection &facts, const Machine &target,
                                       const RepairWishes &wishes) const override;
};

/// modprobe.d and lists of modules.
[[nodiscard]] Result<> plan_module_files(const GuestView &guest, const Machine &target, Finding &finding);
/// Logins on Xen's consoles, which have no counterpart, move to the serial line, the one that libvirt gives.
[[nodiscard]] Result<> plan_xen_consoles(const GuestView &guest, Finding &finding);
/// xorg.conf and its folder.
[[nodiscard]] Result<> plan_x_drivers(const GuestView &guest, Finding &finding);

} // namespace h2k
