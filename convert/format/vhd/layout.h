// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/format/host_file.h"
#include "convert/format/parent.h"
#include <string_view>

namespace h2k {

// "Virtual Hard Disk Image Format Specification" 1.0, Microsoft 2006: "Hard Disk Footer Format", "Dynamic Disk Header
// Format", "Block Allocation Table and Data Blocks".
enum class VhdType { fixed = 2, dynamic = 3, differencing = 4 };

/// What the headers of a VHD say, checked.
struct VhdLayout {
    VhdType type{};
    std::uint64_t bytes = 0;  ///< virtual size; the geometry, which is rounded down, is ignored
    std::string id;           ///< unique id, as a UUID
    bool saved_state = false; ///< the machine was suspended when it was written
    // Not for a fixed VHD:
    std::uint64_t header_offset = 0;
    std::uint64_t table_offset = 0;          ///< of the block allocation table, in the file
    std::uint32_t table_entries = 0;         ///< they cover @bytes
    std::uint32_t block_bytes = 0;           ///< a power of two
    std::optional<ParentReference> parent{}; ///< of a differencing one

    /// Bytes of the sector bitmap before each block's data.
    [[nodiscard]] std::uint64_t bitmap_bytes() const noexcept;
};

/// Is @head the start of a VHD that is not fixed?
[[nodiscard]] bool is_sparse_vhd(std::string_view head);
/// Does @file end with the cookie of a VHD's footer?  A fixed VHD has no other.
[[nodiscard]] bool ends_as_vhd(const HostFile &file);

/// Reads and checks footer, its copy, the header and the parent's locators.  Anything damaged, truncated or unsupported
/// is H2K_ERROR_SOURCE.
[[nodiscard]] Result<VhdLayout> read_vhd(const HostFile &file);

/// Checks that every block of the table is inside @file, and that none overlaps another or the headers.
[[nodiscard]] Result<> check_vhd_blocks(const HostFile &file, const VhdLayout &layout);

} // namespace h2k
