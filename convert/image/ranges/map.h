// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/image/qemu_files.h"
#include <optional>
#include <span>
#include <vector>

namespace h2k {

/// Bytes of a disk that stand in a file as they are.
struct FileRange {
    std::uint64_t start = 0, length = 0; ///< on the disk
    HeldFile file;
    std::uint64_t offset = 0; ///< in @file
};

/// Where the data of @disk, an overlay of ours, stand: in the order of the disk, none twice; all else reads as zeros.
/// qemu-img, confined, says so; that a range lies within the disk is checked, that it lies within the file is not.
/// Null: some of the data stand in no file as they are (compressed, for example), or in too many places.
[[nodiscard]] Result<std::optional<std::vector<FileRange>>> map_disk(const Disk &disk, GCancellable *cancel);

/// The same as qemu-img's text has it: qemu-img(1), "map".
[[nodiscard]] std::optional<std::vector<FileRange>> read_map(std::string_view text, std::span<const HeldFile> files,
                                                             std::uint64_t disk_bytes);

} // namespace h2k
