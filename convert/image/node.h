// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/error.h"
#include "convert/model/machine.h"
#include <span>

namespace h2k {

/// The images of a disk, the top one first and the one that all stand on last; their paths are absolute.
[[nodiscard]] std::vector<Image> chain_of(const Disk &disk);

/// Does the image hold only what differs from another, in a format whose parent qemu does not read?
[[nodiscard]] bool is_differencing(const Image &image);

/// The block node of a chain, the top image first, as "json:{…}": what qemu opens with one explicit driver for each
/// image and no file but those named here.  See qemu's "QAPI reference", BlockdevOptions.
/// A path that is not UTF-8, which no JSON can hold, is H2K_ERROR_SOURCE; so is a chain of formats that have no chains.
[[nodiscard]] Result<std::string> block_node(std::span<const Image> chain);

} // namespace h2k
