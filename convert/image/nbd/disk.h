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

/// The content of a disk, which a qemu-nbd of our own serves.  Offsets and lengths are bytes of the guest's disk, and
/// the caller keeps them within size().  Whoever cancels waits a quarter of a second at most. What cannot be written is
/// H2K_ERROR_TARGET, what cannot be read H2K_ERROR_SOURCE.
class NbdDisk {
  public:
    enum class Access {
        read,  ///< a qcow2 overlay of ours with all below it, by its absolute path
        write, ///< the same
        own,   ///< one image, by a block_node() that has nothing below it: what it holds itself
    };
    /// @cancel is kept for all that follows.
    [[nodiscard]] static Result<NbdDisk> open(const std::string &image, Access access, GCancellable *cancel);

    static constexpr std::size_t most_at_once = 16u << 20; ///< bytes of one read or write
    [[nodiscard]] std::uint64_t size() const noexcept { return size_; }
    [[nodiscard]] Result<> read(std::uint64_t offset, std::span<char> to);
    [[nodiscard]] Result<> write(std::uint64_t offset, std::string_view bytes);
    [[nodiscard]] Result<> zero(std::uint64_t offset, std::uint64_t length);
    struct Extent {
        std::uint64_t length = 0;
        bool empty = false; ///< all zeros for certain; with Access::own, left to the image below
    };
    /// The run that starts at @offset, as far as the server looks at once.
    [[nodiscard]] Result<Extent> extent(std::uint64_t offset);
    /// Writes all to the image's file and lets go of it; afterwards another program can open it.
    [[nodiscard]] Result<> finish();

  private:
    NbdDisk(std::string image, Access access, NbdServer server, GCancellable *cancel)
        : image_(std::move(image)), access_(access), server_(std::move(server)), cancel_(cancel),
          handle_(nbd_create()) {}
    [[nodiscard]] Result<> connect();
    /// Moves the connection on until @done says so, or it is lost.
    template <typename F> [[nodiscard]] Result<> poll_until(F &&done);
    /// The errno with which a command that was sent has ended; 0: well.
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
