// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/format/vhd/layout.h"
#include <functional>

namespace h2k {

/// Visits each allocated block in guest order: its number, and the sector of the file where its bitmap starts, which
/// the data follows.  Nothing is checked here.
[[nodiscard]] Result<>
for_each_vhd_block(const HostFile &file, const VhdLayout &layout,
                   const std::function<Result<>(std::uint64_t block, std::uint32_t sector)> &visit);

} // namespace h2k
