// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/image/nbd/disk_server.h"
#include "convert/base/i18n.h"
#include "convert/base/sockets/unix_socket.h"
#include "convert/image/nbd/disk.h"
#include "convert/image/node.h"
#include "convert/image/qemu_img.h"
#include <cerrno>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

namespace h2k {

namespace {

constexpr int most_waiting = 16;
constexpr int tick = 250;                        ///< ms, after which a cancellation is seen
constexpr std::chrono::hours longest_opening{6}; ///< of a chain of images; a job that waits can be cancelled

std::unexpected<Error> cannot_listen(const std::string &path, int why) {
    return fail(H2K_ERROR_FAILED, _("Cannot listen on “%s”: %s."), path.c_str(), g_strerror(why));
}

/// Nobody can connect before the socket belongs to @user.
Result<Descriptor> listen_on(const std::string &path, const std::optional<PrivateUser> &user) {
    Descriptor listening = bind_socket(path);
    if (!listening)
        return cannot_listen(path, errno);
    if ((user && lchown(path.c_str(), user->uid, user->gid) != 0) || listen(listening.get(), most_waiting) != 0) {
        const int why = errno;
        unlink(path.c_str());
        return cannot_listen(path, why);
    }
    return listening;
}

} // namespace

Result<DiskServer> DiskServer::start_on(const std::string &socket, const std::optional<PrivateUser> &user,
                                        const std::vector<std::string> &arguments, QemuFiles files,
                                        const std::string &image) {
    auto listening = H2K_TRY(listen_on(socket, user));
    auto server = NbdServer::start_on(listening, arguments, std::move(files));
    if (!server) {
        unlink(socket.c_str());
        return std::unexpected(std::move(server).error());
    }
    return DiskServer{image, socket, std::move(listening), *std::move(server)};
}

Result<DiskServer> DiskServer::start(const Disk &disk, const std::string &socket,
                                     const std::optional<PrivateUser> &user, GCancellable *cancel) {
    H2K_CHECK(check_cancelled(cancel));
    QemuFiles files;
    const auto node = H2K_TRY(block_node(chain_of(disk), files));
    // The image is a throw-away one until the job has succeeded: nothing has to be on the disk before that.
    auto made =
        H2K_TRY(start_on(socket, user, {"--persistent", "--shared=0", "--discard=unmap", "--cache=unsafe", node},
                         std::move(files), disk.top.path));
    if (const auto ended = H2K_TRY(made.wait_until_ready(longest_opening, cancel)))
        return made.explain(*ended);
    return made;
}

Result<std::optional<DiskServer>> DiskServer::open_luks(const LuksVolume &volume, const Secret &passphrase,
                                                        const std::string &socket, std::chrono::seconds limit,
                                                        GCancellable *cancel) {
    H2K_CHECK(check_cancelled(cancel));
    QemuFiles files;
    const auto key = H2K_TRY(luks_secret(passphrase, files));
    const auto node = H2K_TRY(luks_node(volume, files));
    auto made = H2K_TRY(start_on(socket, std::nullopt,
                                 {"--persistent", "--shared=0", "--cache=writeback", "--object", key, node},
                                 std::move(files), volume.name));
    const auto ended = H2K_TRY(made.wait_until_ready(limit, cancel));
    if (ended && ended->errors.contains("Invalid password"))
        return std::nullopt;
    if (ended)
        return made.explain(*ended);
    return made;
}

/// A client of its own, whose connection shows that the image could be opened.
Result<std::optional<Finished>> DiskServer::wait_until_ready(std::chrono::seconds limit, GCancellable *cancel) {
    const Owned<nbd_handle> client{nbd_create()};
    Descriptor connection = connect_to_socket(socket_);
    if (!client || !connection)
        return cannot_listen(socket_, errno);
    // A program that refuses its image exits, and nobody would ever take this connection.
    listening_.reset();
    const auto until = std::chrono::steady_clock::now() + limit;
    for (;;) { // the server speaks first, once it has opened the image
        pollfd what{.fd = connection.get(), .events = POLLIN, .revents = 0};
        if (poll(&what, 1, tick) > 0)
            break;
        H2K_CHECK(check_cancelled(cancel));
        if (std::chrono::steady_clock::now() > until)
            return fail(H2K_ERROR_FAILED, _("qemu-nbd did not open “%s” within %d seconds."), image_.c_str(),
                        static_cast<int>(limit.count()));
    }
    if (nbd_connect_socket(client.get(), connection.release()) != 0)
        return H2K_TRY(server_.wait(cancel));
    nbd_shutdown(client.get(), 0);
    return std::nullopt;
}

std::unexpected<Error> DiskServer::explain(const Finished &done) const {
    return explain_qemu("qemu-nbd", done, server_.files(), image_);
}

Result<> DiskServer::finish(GCancellable *cancel) {
    server_.stop();
    const auto done = H2K_TRY(server_.wait(cancel));
    if (done.status != 0)
        return explain(done);
    return {};
}

DiskServer::~DiskServer() {
    if (!socket_.empty())
        unlink(socket_.c_str());
}

} // namespace h2k
