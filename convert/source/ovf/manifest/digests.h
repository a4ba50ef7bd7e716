// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/source/ovf/disks.h"

namespace h2k {

/// Reads the package's manifest into @plan: the digests of the descriptor @text of the name @ovf and of other small
/// files are verified here, all others later, while their bytes are read.  @drives: the disks of @plan, in its
/// order. A digest that differs is H2K_ERROR_SOURCE; what is missing on either side is a warning.
[[nodiscard]] Result<> add_ovf_digests(CarryPlan &plan, const std::string &ovf, std::string_view text,
                                       const std::vector<DescribedDrive> &drives, const Members &members);

} // namespace h2k
