// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/confine/private_user.h"
#include "convert/image/nbd/luks.h"
#include "convert/image/nbd/server.h"
#include "convert/model/machine.h"
#include <chrono>

namespace h2k {

/// A disk on a UNIX socket, for the QEMU of a virtual machine: that then opens no image, and needs no access to one.
/// Served by a confined qemu-nbd as raw bytes, also where that is a chain or a part of a file, with all that NBD has:
/// writes, zeros, trims and flushes.  It ends with the object, or with the thread that started it.
class DiskServer {
  public:
    /// @disk: its top is a qcow2 overlay of ours, held for writing.  @socket: a new path, of 107 bytes at most, in a
    /// private folder; removed with the object.  It belongs to @user, whom alone it serves; null: our own user.
    /// Returns once the disk can be used.  An image that cannot be opened is H2K_ERROR_SOURCE.
    [[nodiscard]] static Result<DiskServer> start(const Disk &disk, const std::string &socket,
                                                  const std::optional<PrivateUser> &user, GCancellable *cancel);
    /// Serves what is in @volume, of another server, which has to outlive this one; what is written goes there at once.
    /// QEMU opens it, and gets @passphrase by a pipe.  Null: that opens none of its key slots.  H2K_ERROR_FAILED where
    /// it is of a kind that QEMU does not open, where @passphrase is not UTF-8 or too long for it, and where a key slot
    /// takes so much computing that it is not open within @limit.
    [[nodiscard]] static Result<std::optional<DiskServer>> open_luks(const LuksVolume &volume, const Secret &passphrase,
                                                                     const std::string &socket,
                                                                     std::chrono::seconds limit, GCancellable *cancel);
    DiskServer(DiskServer &&other) noexcept
        : image_(std::move(other.image_)), socket_(std::exchange(other.socket_, {})),
          listening_(std::move(other.listening_)), server_(std::move(other.server_)) {}
    DiskServer &operator=(DiskServer &&) = delete;
    ~DiskServer();

    [[nodiscard]] const std::string &socket() const noexcept { return socket_; }
    /// Closes the image: what was written is in it.
    [[nodiscard]] Result<> finish(GCancellable *cancel);

  private:
    DiskServer(std::string image, std::string socket, Descriptor listening, NbdServer server)
        : image_(std::move(image)), socket_(std::move(socket)), listening_(std::move(listening)),
          server_(std::move(server)) {}
    [[nodiscard]] static Result<DiskServer> start_on(const std::string &socket, const std::optional<PrivateUser> &user,
                                                     const std::vector<std::string> &arguments, QemuFiles files,
                                                     const std::string &image);
    /// Null: it is ready; else how it has ended.
    [[nodiscard]] Result<std::optional<Finished>> wait_until_ready(std::chrono::seconds limit, GCancellable *cancel);
    [[nodiscard]] std::unexpected<Error> explain(const Finished &done) const;
    std::string image_, socket_;
    Descriptor listening_;
    NbdServer server_;
};

} // namespace h2k
