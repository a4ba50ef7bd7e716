// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/model/guest.h"
#include "convert/model/inspection.h"
#include <string>
#include <string_view>

namespace h2k {

/// How the guest's own udev named the cards of the old machine, as far as its files say.
enum class OldScheme {
    unknown,
    kernel, ///< eth0, eth1 … in the order of the kernel
    slot,   ///< after the slot that VMware gave them: ens192
    onboard ///< after the number that VMware's firmware gave them: eno16780032
};
[[nodiscard]] Result<OldScheme> old_scheme(const GuestView &guest, const Inspection &facts);

/// The version of systemd, which the name of its private library has since 231; 0 where it does not.
[[nodiscard]] Result<unsigned> systemd_version(const GuestView &guest);
/// Do the guest's packages have udev's rules @name?
[[nodiscard]] Result<bool> has_rules(const GuestView &guest, const std::string &name);

/// Linux's name for a VMware card in @slot: "ens192"; empty where that is not known.  PCI Express ports have
/// several functions, which VMware counts in the bits from the tenth on.
[[nodiscard]] std::string slot_name(unsigned slot);
/// The name of the card number @index, counted from 0, in @slot after the number that VMware's firmware gives it; empty
/// where that is not known.
[[nodiscard]] std::string onboard_name(unsigned slot, std::size_t index);
/// Is @name one that a VMware card in @slot can have, whatever its number?
[[nodiscard]] bool is_name_of_slot(std::string_view name, unsigned slot);

} // namespace h2k
