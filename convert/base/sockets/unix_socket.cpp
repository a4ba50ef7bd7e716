// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/base/sockets/unix_socket.h"
#include <cerrno>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

namespace h2k {

namespace {

/// A socket for which @name did what it does with its address.
template <typename Name> Descriptor named_socket(const std::string &path, Name name) {
    struct sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof address.sun_path) {
        errno = ENAMETOOLONG;
        return Descriptor{};
    }
    path.copy(address.sun_path, path.size());
    Descriptor made{socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    if (made && name(made.get(), reinterpret_cast<const struct sockaddr *>(&address), sizeof address) != 0)
        made.reset(); // which keeps errno
    return made;
}

} // namespace

Descriptor connect_to_socket(const std::string &path) { return named_socket(path, connect); }

Descriptor bind_socket(const std::string &path) {
    return named_socket(path, [](int file, const struct sockaddr *address, socklen_t size) {
        return fchmod(file, 0600) == 0 ? bind(file, address, size) : -1; // the mode that bind() gives its file
    });
}

} // namespace h2k
