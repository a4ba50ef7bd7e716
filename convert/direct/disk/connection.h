// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/error.h"
#include <cstdint>
#include <libnbd.h>
#include <span>
#include <string_view>

namespace h2k {

template <> struct Release<struct nbd_handle> {
    void operator()(struct nbd_handle *p) const noexcept { nbd_close(p); }
};

/// A connection to the NBD server of one disk: one request at a time, answered before the call returns.  What is asked
/// for lies within size().  What cannot be read is H2K_ERROR_SOURCE, what cannot be written H2K_ERROR_FAILED.
class Connection {
  public:
    /// On the connected socket @socket, which it owns.
    [[nodiscard]] static Result<Connection> open(int socket);
    [[nodiscard]] std::uint64_t size() const noexcept { return size_; }
    [[nodiscard]] Result<> read(std::uint64_t offset, std::span<char> to) const;
    [[nodiscard]] Result<> write(std::uint64_t offset, std::string_view from) const;
    /// They read as zeros from then on; the server may free their space.
    [[nodiscard]] Result<> zero(std::uint64_t offset, std::uint64_t length) const;
    [[nodiscard]] Result<> flush() const;

  private:
    explicit Connection(Owned<struct nbd_handle> handle, std::uint64_t size)
        : handle_(std::move(handle)), size_(size) {}
    Owned<struct nbd_handle> handle_;
    std::uint64_t size_;
};

} // namespace h2k
