// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/format/host_file.h"
#include <functional>

namespace h2k {

/// What the header of a VDI says, checked.
struct VdiLayout {
    static constexpr std::uint64_t block_bytes = std::uint64_t{1} << 20;
    std::uint64_t bytes = 0; ///< virtual size
    std::uint64_t map_offset = 0, data_offset = 0;
    std::uint32_t blocks = 0; ///< entries of the map
    bool fixed = false, differencing = false;
    std::string identity, modification;      ///< UUIDs: of the image, and of its content as it was last changed
    std::string parent, parent_modification; ///< those of the image below; of a differencing one
};

/// Reads and checks the header of the VDI @file.  Anything damaged, truncated or unsupported is H2K_ERROR_SOURCE.
[[nodiscard]] Result<VdiLayout> read_vdi(const HostFile &file);

/// Checks that every block of the map lies within @file, and that no two overlap.
[[nodiscard]] Result<> check_vdi_blocks(const HostFile &file, const VdiLayout &layout);

/// Visits each block that @file itself has, in guest order and up to the end of the disk: its number, and where its
/// data are in the file; null: it is zeros.  Others are those of the parent, or zeros where there is none.  Nothing but
/// the size of the map is checked.
[[nodiscard]] Result<>
for_each_vdi_block(const HostFile &file, const VdiLayout &layout,
                   const std::function<Result<>(std::uint64_t block, std::optional<std::uint64_t> file_offset)> &visit);

} // namespace h2k
