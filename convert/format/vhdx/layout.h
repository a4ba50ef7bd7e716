// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/format/vhdx/metadata.h"

namespace h2k {

/// What the headers of a VHDX say, checked.  [MS-VHDX] sections 2.2 (headers and region table) and 2.6 (metadata).
struct VhdxLayout : VhdxMetadata {
    std::string identity;        ///< DataWriteGuid of the current header
    Window log, table, metadata; ///< regions; the table is the block allocation table

    /// Payload blocks that one sector bitmap block describes (section 2.4).
    [[nodiscard]] std::uint64_t chunk_ratio() const noexcept;
    [[nodiscard]] std::uint64_t blocks() const noexcept { return (bytes + block_bytes - 1) / block_bytes; }
};

/// Reads and checks headers, region table, metadata and parent locator.  @file: of replay_vhdx_log().  Anything
/// damaged, truncated or unsupported is H2K_ERROR_SOURCE, and so are sectors of another size than 512 bytes, which
/// QEMU does not read.
[[nodiscard]] Result<VhdxLayout> read_vhdx(const HostFile &file);

/// Checks that every block of the table has a valid state and is inside @file, and that none overlaps another or a
/// region.
[[nodiscard]] Result<> check_vhdx_blocks(const HostFile &file, const VhdxLayout &layout);

} // namespace h2k
