// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/network/nic_files.h"
#include "fixers/fixer.h"
#include "fixers/linux/network/pairs.h"

namespace h2k {

/// Edits what configuration files require of the old machine's cards: MACs become those of the target's cards, drivers
/// and places on a bus are removed.  With @clean, MACs are removed where the name identifies the card.  For udev's
/// rules see rules.h.
[[nodiscard]] Result<> plan_nic_edits(const GuestView &guest, NicFiles &files, const NicPairs &pairs, bool clean,
                                      Finding &finding);

} // namespace h2k
