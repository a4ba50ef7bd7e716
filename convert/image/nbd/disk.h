// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/image/nbd/server.h"
#include <cstdint>
#include <libnbd.h>
#include <span>

namespace h2k {

template <> struct Release<nbd_handle> {
    void operator()(nbd_handle *p) const noexcept { nbd_close(p); }
};

/// The content of a disk, served by a private qemu-nbd.  Offsets and lengths are bytes of the guest's disk, and the
/// caller keeps them within size().  Cancellation takes at most a quarter of a second.  A failed write is
/// H2K_ERROR_TARGET, a failed read H2K_ERROR_SOURCE.
class NbdDisk {
  public:
    enum class Access {
        write, ///< an overlay of ours with all below it
        own,   ///< only to read what one image holds itself
    };
    /// @cancel applies to all later calls.
    [[nodiscard]] static Result<NbdDisk> open(const Disk &disk, Access access, GCancellable *cancel);

    static constexpr std::size_t most_at_once = 16u << 20; ///< bytes of one read or write
    [[nodiscard]] std::uint64_t size() const noexcept { return size_; }
    [[nodiscard]] Result<> read(std::uint64_t offset, std::span<char> to);
    [[nodiscard]] Result<> write(std::uint64_t offset, std::string_view bytes);
    [[nodiscard]] Result<> zero(std::uint64_t offset, std::uint64_t length);
    struct Extent {
        std::uint64_t length = 0;
        bool empty = false; ///< all zeros for certain; with Access::own: not allocated in this image
    };
    /// The run that starts at @offset, as far as one reply of the server describes it.
    [[nodiscard]] Result<Extent> extent(std::uint64_t offset);
    /// Flushes the image's file and closes it, so that another program can open it.
    [[nodiscard]] Result<> finish();

  private:
    NbdDisk(std::string image, Access access, NbdServer server, GCancellable *cancel)
        : image_(std::move(image)), access_(access), server_(std::move(server)), cancel_(cancel),
          handle_(nbd_create()) {}
    [[nodiscard]] std::unexpected<Error> explain(const Finished &done) const;
    [[nodiscard]] Result<> connect();
    /// Polls the connection until @done, or until it is lost.
    template <typename F> [[nodiscard]] Result<> poll_until(F &&done);
    /// The errno of a command that was sent; 0: success.
    [[nodiscard]] Result<int> outcome_of(std::int64_t cookie);
    [[nodiscard]] Result<> written(std::int64_t cookie);
    [[nodiscard]] Result<> was_read(std::int64_t cookie);
    [[nodiscard]] bool is_lost() const;
    [[nodiscard]] std::unexpected<Error> lost();

    std::string image_;
    Access access_;
    NbdServer server_; ///< outlives the connection
    GCancellable *cancel_;
    Owned<nbd_handle> handle_;
    std::uint64_t size_ = 0;
};

} // namespace h2k
