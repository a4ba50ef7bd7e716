// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/error.h"
#include "convert/image/qemu_files.h"
#include <span>

namespace h2k {

/// The images of a disk, the top one first and the lowest last; their paths are absolute.
[[nodiscard]] std::vector<Image> chain_of(const Disk &disk);

/// Is it a differencing image in a format whose parent QEMU does not read?
[[nodiscard]] bool is_differencing(const Image &image);

/// The block node of a chain, the top image first, as "json:{…}": QEMU opens it with one explicit driver for each
/// image, and adds to @files what it opens; no name in an image is followed.  See QEMU's "QAPI reference",
/// BlockdevOptions.  A chain in a format without backing files is H2K_ERROR_SOURCE.
[[nodiscard]] Result<std::string> block_node(std::span<const Image> chain, QemuFiles &files);

} // namespace h2k
