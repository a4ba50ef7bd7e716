// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/network/nic_files.h"
#include "fixers/fixer.h"
#include "fixers/linux/network/pairs.h"

namespace h2k {

/// What gives a guest's network cards their names.
enum class NamedBy {
    links, ///< systemd.link(5)
    rules, ///< NAME= in udev's rules
    kernel ///< nothing else
};
[[nodiscard]] Result<NamedBy> what_names_cards(const GuestView &guest, const LinuxFacts &facts);

/// A .link file for each card whose name the guest's files use.
[[nodiscard]] Result<> plan_net_links(const GuestView &guest, const NicFiles &files, const NicPairs &pairs,
                                      Finding &finding);

/// Warns of names that a card may not get, since the kernel gives them to another card first.
void warn_of_collisions(const NicPairs &pairs, NamedBy named_by, bool systemd, Finding &finding);

} // namespace h2k
