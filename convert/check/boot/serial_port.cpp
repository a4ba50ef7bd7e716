// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/check/boot/serial_port.h"
#include "convert/base/i18n.h"
#include "convert/base/sockets/unix_socket.h"
#include <cerrno>
#include <sys/socket.h>

namespace h2k {

namespace {

constexpr std::size_t piece = 64u << 10, most = 4u << 20;

std::unexpected<Error> no_port() {
    return fail(H2K_ERROR_FAILED, _("Cannot use a serial port of the guest: %s."), g_strerror(errno));
}

} // namespace

Result<> SerialPort::open() {
    if (socket_)
        return {};
    socket_ = connect_to_socket(path_);
    if (!socket_)
        return no_port();
    return {};
}

Result<> SerialPort::send(std::string_view text) {
    H2K_CHECK(open());
    if (::send(socket_.get(), text.data(), text.size(), MSG_NOSIGNAL | MSG_DONTWAIT) !=
        static_cast<ssize_t>(text.size()))
        return no_port();
    return {};
}

std::string SerialPort::received() {
    std::string all, bytes(piece, '\0');
    while (socket_ && all.size() < most) {
        const auto got = recv(socket_.get(), bytes.data(), bytes.size(), MSG_DONTWAIT);
        if (got <= 0)
            break;
        all.append(bytes, 0, static_cast<std::size_t>(got));
    }
    return all;
}

} // namespace h2k
