// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/descriptor.h"
#include "convert/base/process/subprocess.h"
#include "convert/image/qemu_files.h"

namespace h2k {

/// A private qemu-nbd, confined to its files: it serves one image to the one connection that it is started with, and
/// ends with it, or to those that come to a socket; in any case it ends with the thread that started it.  Not
/// nbd_connect_systemd_socket_activation(3): if the image cannot be opened, that reports only "Connection reset by
/// peer", and qemu-nbd's reason goes to our standard error; a killed job leaves its socket.
class NbdServer {
  public:
    /// @arguments follow the program's name; the last one is a block_node() of @files.
    [[nodiscard]] static Result<NbdServer> start(const std::vector<std::string> &arguments, QemuFiles files);
    /// The same on @listening, a socket that others can connect to.
    [[nodiscard]] static Result<NbdServer> start_on(const Descriptor &listening,
                                                    const std::vector<std::string> &arguments, QemuFiles files);
    NbdServer(NbdServer &&other) noexcept;
    NbdServer &operator=(NbdServer &&) = delete;
    ~NbdServer(); ///< kills it if it still runs

    /// The connection; the caller has to close it.
    [[nodiscard]] int take_socket() noexcept { return socket_.release(); }
    [[nodiscard]] const QemuFiles &files() const noexcept { return files_; }
    /// Asks it to close the image and to exit.
    void stop() const noexcept;
    /// Waits until it has exited, which it does once its connection is closed.
    [[nodiscard]] Result<Finished> wait(GCancellable *cancel);

  private:
    NbdServer() = default;
    [[nodiscard]] Result<> connect_to(Descriptor &listening);
    [[nodiscard]] Result<> spawn(const std::vector<std::string> &arguments, int listening);
    QemuFiles files_;
    Descriptor socket_, errors_;
    GPid pid_ = 0;
};

} // namespace h2k
