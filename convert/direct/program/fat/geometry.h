// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/direct/disk/disk.h"
#include "convert/direct/program/files/outcome.h"

namespace h2k {

enum class FatKind { fat12, fat16, fat32 };

/// Where a FAT file system has what; all of it lies within its device.  Offsets and lengths are bytes.
struct FatGeometry {
    FatKind kind = FatKind::fat32;
    std::uint32_t cluster_bytes = 0; ///< a power of two
    std::uint32_t clusters = 0;      ///< their numbers start at first_cluster
    unsigned tables = 0;
    std::uint64_t table_offset = 0, table_bytes = 0; ///< the first, and the distance to the next
    std::uint64_t root_offset = 0, root_bytes = 0;   ///< not on FAT32
    std::uint32_t root_cluster = 0;                  ///< on FAT32
    std::uint64_t info_offset = 0;                   ///< of its count of free clusters; 0: none
    std::uint64_t data_offset = 0;
    bool was_closed = true; ///< by what wrote to it last

    static constexpr std::uint32_t first_cluster = 2;
    [[nodiscard]] bool has(std::uint32_t cluster) const {
        return cluster >= first_cluster && cluster - first_cluster < clusters;
    }
    [[nodiscard]] std::uint64_t offset_of(std::uint32_t cluster) const {
        return data_offset + std::uint64_t{cluster - first_cluster} * cluster_bytes;
    }
};

/// From the first sector of @bytes.
[[nodiscard]] Outcome<FatGeometry> read_geometry(Bytes &bytes);

/// What damage is, for the job.
[[nodiscard]] std::unexpected<FsFailure> damaged_fat();

} // namespace h2k
