// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/error.h"
#include "convert/fetch/unpacking.h"
#include <vector>

namespace h2k {

struct Run;

/// Adds the ISO images that are packed, if a result is to have them.
void add_iso_orders(std::vector<Unpacking> &orders, const Run &run);
/// Examines what was unpacked for these orders: what is missing, or is no ISO image, is left out with a warning.
[[nodiscard]] Result<> complete_isos(Run &run);

} // namespace h2k
