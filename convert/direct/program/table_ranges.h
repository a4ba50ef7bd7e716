// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/direct/program/sample.h"
#include <optional>

namespace h2k {

/// Where the partition tables of a disk are, and what Linux makes of them; of block/partitions/{msdos,efi}.c in Linux.
struct TableRanges {
    std::vector<Sample::Range> ranges; ///< beside the start of the disk
    bool mbr = false;                  ///< Linux sees partitions in the MBR
    std::optional<unsigned> logical;   ///< logical partitions; null: Linux and libblkid may count them differently
    bool protective = false;           ///< the MBR says that there is a GPT
    std::vector<unsigned> gpt;         ///< entries in use of each of its headers
    bool dynamic = false;              ///< a Windows dynamic disk
};

/// @start: the first bytes of @disk.  @sector_bytes: 512 or 4096.
[[nodiscard]] Result<TableRanges> table_ranges(Bytes &disk, std::string_view start, unsigned sector_bytes);

} // namespace h2k
