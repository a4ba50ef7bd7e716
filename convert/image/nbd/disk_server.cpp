// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/image/nbd/disk_server.h"
#include "convert/base/i18n.h"
#include "convert/base/sockets/unix_socket.h"
#include "convert/image/nbd/disk.h"
#include "convert/image/node.h"
#include "convert/image/qemu_img.h"
#include <cerrno>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

namespace h2k {

namespace {

constexpr int most_waiting = 16;

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

Result<DiskServer> DiskServer::start(const Disk &disk, const std::string &socket,
                                     const std::optional<PrivateUser> &user, GCancellable *cancel) {
    H2K_CHECK(check_cancelled(cancel));
    QemuFiles files;
    const auto node = H2K_TRY(block_node(chain_of(disk), files));
    auto listening = H2K_TRY(listen_on(socket, user));
    // The image is a throw-away one until the job has succeeded: nothing has to be on the disk before that.
    auto server = NbdServer::start_on(
        listening, {"--persistent", "--shared=0", "--discard=unmap", "--cache=unsafe", node}, std::move(files));
    if (!server) {
        unlink(socket.c_str());
        return std::unexpected(std::move(server).error());
    }
    DiskServer made{disk.top.path, socket, std::move(listening), *std::move(server)};
    H2K_CHECK(made.require_ready(cancel));
    return made;
}

/// A client of its own, whose connection shows that the image could be opened.
Result<> DiskServer::require_ready(GCancellable *cancel) {
    const Owned<nbd_handle> client{nbd_create()};
    Descriptor connection = connect_to_socket(socket_);
    if (!client || !connection)
        return cannot_listen(socket_, errno);
    // A program that refuses its image exits, and nobody would ever take this connection.
    listening_.reset();
    if (nbd_connect_socket(client.get(), connection.release()) == 0) {
        nbd_shutdown(client.get(), 0);
        return {};
    }
    const auto done = H2K_TRY(server_.wait(cancel));
    return explain_qemu("qemu-nbd", done, server_.files(), image_);
}

Result<> DiskServer::finish(GCancellable *cancel) {
    server_.stop();
    const auto done = H2K_TRY(server_.wait(cancel));
    if (done.status != 0)
        return explain_qemu("qemu-nbd", done, server_.files(), image_);
    return {};
}

DiskServer::~DiskServer() {
    if (!socket_.empty())
        unlink(socket_.c_str());
}

} // namespace h2k
