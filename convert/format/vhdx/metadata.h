// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/format/host_file.h"
#include "convert/format/parent.h"
#include <string_view>

namespace h2k {

/// What the metadata region of a VHDX says, checked.
struct VhdxMetadata {
    std::uint64_t bytes = 0;                 ///< virtual size
    std::uint32_t block_bytes = 0;           ///< a power of two, 1 MiB to 256 MiB
    bool fixed = false;                      ///< its blocks stay allocated
    std::optional<ParentReference> parent{}; ///< of a differencing one
};

/// Reads the metadata in @region of @file: [MS-VHDX] section 2.6.
[[nodiscard]] Result<VhdxMetadata> read_vhdx_metadata(const HostFile &file, const Window &region);

/// What the parent locator @item says: [MS-VHDX] section 2.6.2.6.
[[nodiscard]] Result<ParentReference> read_vhdx_parent(const HostFile &file, std::string_view item);

} // namespace h2k
