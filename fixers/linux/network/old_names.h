// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/model/inspection.h"
#include "convert/network/nic_files.h"
#include "fixers/linux/network/pairs.h"

namespace h2k {

/// Gives the target's cards that have no name yet the ones that they had on the old machine, where these are known: by
/// rules with their MAC, the slot that VMware gave them, what the guest remembers of its last start, and else what its
/// settings call as many cards as are left.
[[nodiscard]] Result<> name_as_before(const GuestView &guest, const Inspection &facts, const NicFiles &files,
                                      NicPairs &pairs);

} // namespace h2k
