// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/error.h"
#include <cstdint>
#include <libnbd.h>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace h2k {

template <> struct Release<nbd_handle> {
    void operator()(nbd_handle *p) const noexcept { nbd_close(p); }
};

/// A run of bytes of the disk that is served by NBD on the connected socket @socket.
struct PartExtent {
    int socket = -1;
    std::uint64_t offset = 0, length = 0;
};

/// @words: SOCKET:OFFSET:LENGTH each, decimal; no run is empty, and all together fit into a file.
[[nodiscard]] Result<std::vector<PartExtent>> read_extents(std::span<const std::string> words);

/// Extents in a row, as the bytes of one file: read through a bounded cache, written at once.  The functions return 0
/// or an errno.
class Part {
  public:
    /// Takes over the sockets.  An extent that its disk does not have is an error.
    [[nodiscard]] static Result<Part> open(const std::vector<PartExtent> &extents);
    [[nodiscard]] std::uint64_t size() const noexcept { return size_; }
    // What is outside of size() is EINVAL.
    [[nodiscard]] int read(std::uint64_t offset, std::span<char> to);
    [[nodiscard]] int write(std::uint64_t offset, std::string_view from);
    /// They read as zeros from then on, and take no space where that is possible.  EOPNOTSUPP: write zeros instead.
    [[nodiscard]] int zero(std::uint64_t offset, std::uint64_t length);
    /// All that was written is in the disks.
    [[nodiscard]] int flush();

  private:
    struct Block {
        std::string bytes;
        std::uint64_t used = 0; ///< when, on the clock of uses
    };
    struct Run {
        nbd_handle *disk;
        std::uint64_t offset, length;
    };
    Part() = default;
    [[nodiscard]] Result<nbd_handle *> connect(int socket);
    [[nodiscard]] bool has(std::uint64_t offset, std::uint64_t length) const;
    /// Where the bytes are; has() them.
    [[nodiscard]] std::vector<Run> runs(std::uint64_t offset, std::uint64_t length) const;
    /// Null: it cannot be read; @why is the errno.
    [[nodiscard]] Block *block(std::uint64_t number, int &why);
    void forget(std::uint64_t offset, std::uint64_t length);
    void update(std::uint64_t offset, std::string_view from);

    std::map<int, Owned<nbd_handle>> disks_; ///< by socket
    std::vector<Run> extents_;
    std::uint64_t size_ = 0;
    std::map<std::uint64_t, Block> cache_; ///< by number
    std::uint64_t clock_ = 0;
};

} // namespace h2k
