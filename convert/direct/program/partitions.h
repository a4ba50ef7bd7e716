// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/direct/program/sample.h"

namespace h2k {

struct Partition {
    unsigned number = 0;          ///< from 1
    std::uint64_t offset = 0;     ///< bytes, on the disk
    std::uint64_t bytes = 0;      ///< as the table says
    std::uint64_t content = 0;    ///< bytes that can be read: of an extended partition only the start
    std::string uuid, name, type; ///< as BlockDevice::partuuid, partlabel and parttype
};

struct PartitionTable {
    std::vector<Partition> partitions; ///< by number
    std::string unfit;                 ///< why Linux may see others than these; empty: it does not
};

/// The partitions of @disk, of which @sample has been taken, as Linux numbers them.  Only MBR and GPT are read: for
/// other tables, for tables within partitions, and for what libblkid and Linux see differently, unfit is set.
/// @name: of the disk, for that.
[[nodiscard]] Result<PartitionTable> read_partitions(Bytes &disk, Sample &sample, unsigned sector_bytes,
                                                     const std::string &name);

} // namespace h2k
