// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/direct/disk/disk.h"
#include <map>
#include <memory>
#include <string>

namespace h2k {

/// A run of bytes of the disk that is served by NBD on the connected socket @socket.
struct PartExtent {
    int socket = -1;
    std::uint64_t offset = 0, length = 0;
};

/// @words: SOCKET:OFFSET:LENGTH each, decimal; no run is empty, and all together fit into a file.
[[nodiscard]] Result<std::vector<PartExtent>> read_extents(std::span<const std::string> words);

/// Extents of disks in a row, as the bytes of one file.
struct Part {
    std::map<int, std::unique_ptr<Bytes>> disks; ///< by socket
    std::unique_ptr<Bytes> bytes;

    /// Takes over the sockets.  An extent that its disk does not have is an error.
    [[nodiscard]] static Result<Part> open(const std::vector<PartExtent> &extents);
};

} // namespace h2k
