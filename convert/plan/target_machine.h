// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/model/guest.h"
#include "convert/model/plans.h"

namespace h2k {

/// Makes disks as large as the request says, never smaller: a disk that does not exist, or is larger, is
/// H2K_ERROR_USAGE. Disks that are still packed are skipped.
[[nodiscard]] Result<> grow_disks(Machine &machine, const std::vector<Growth> &growths);

/// The machine that the guest becomes, but for what choose_devices() decides: network cards whose MACs are final, the
/// firmware its disk is laid out for. A MAC is what the request says, else what the source says, else what the guest's
/// own files pin, else one made from the machine's name and disk, the same in each planning.
[[nodiscard]] Result<Machine> target_machine(const Request &request, const Machine &source, const Inspection &facts,
                                             const GuestView &guest);

} // namespace h2k
