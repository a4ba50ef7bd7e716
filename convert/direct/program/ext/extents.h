// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/direct/program/ext/volume.h"

namespace h2k {

/// Blocks in a row that hold data of a file.
struct BlockRun {
    std::uint64_t logical = 0;  ///< in the file
    std::uint64_t physical = 0; ///< on the device
    std::uint64_t blocks = 0;
};

/// Where the data of the file, folder or long link @inode is, in order; what is allocated and not written is left out.
/// Fails where blocks lie outside of the file system, or more than once in the file.
[[nodiscard]] Outcome<std::vector<BlockRun>> block_runs(const ExtVolume &volume, ext2_ino_t number, ExtInode &inode);

/// @size bytes at @offset, both within the file, by its @runs.
[[nodiscard]] Outcome<std::string> read_runs(const ExtVolume &volume, const std::vector<BlockRun> &runs,
                                             std::uint64_t offset, std::size_t size);

/// Are what fits i_block the bytes of the link itself?
[[nodiscard]] bool is_short_link(const ExtVolume &volume, ExtInode &inode);

} // namespace h2k
