// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/format/vhdx/layout.h"
#include <functional>
#include <vector>

namespace h2k {

/// One entry of the block allocation table: [MS-VHDX] section 2.5.1.  Its state is one of those below or invalid.
struct VhdxEntry {
    enum State : unsigned { not_present = 0, undefined = 1, zero = 2, unmapped = 3, present = 6, partly_present = 7 };
    unsigned state = not_present;
    std::uint64_t offset = 0; ///< in the file, whole mebibytes; valid for the last two states only
};

/// The payload blocks that share one sector bitmap block.
struct VhdxChunk {
    std::uint64_t first = 0;       ///< number of its first block
    std::vector<VhdxEntry> blocks; ///< up to the end of the disk
    VhdxEntry bitmap;              ///< present or not; not_present unless it is a differencing image
};

/// Visits all chunks in guest order.  Only the size of the table is checked.
[[nodiscard]] Result<> for_each_vhdx_chunk(const HostFile &file, const VhdxLayout &layout,
                                           const std::function<Result<>(const VhdxChunk &)> &visit);

} // namespace h2k
