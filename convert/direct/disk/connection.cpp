// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/direct/disk/connection.h"
#include "convert/base/descriptor.h"
#include "convert/base/i18n.h"
#include <algorithm>

namespace h2k {

namespace {

constexpr std::size_t most_at_once = 16u << 20;    ///< bytes of one request with data: any server takes 32 MiB
constexpr std::uint64_t most_described = 1u << 30; ///< bytes of one request without data

const char *reason() {
    const char *why = nbd_get_error();
    return why ? why : "-";
}

std::unexpected<Error> cannot_write() {
    return fail(H2K_ERROR_FAILED, _("The guest's disk cannot be written: %s"), reason());
}

} // namespace

Result<Connection> Connection::open(int socket) {
    Descriptor owned{socket};
    Owned<struct nbd_handle> handle{nbd_create()};
    if (!handle || nbd_connect_socket(handle.get(), owned.release()) != 0)
        return fail(H2K_ERROR_FAILED, _("The guest's disk cannot be opened: %s"), reason());
    const auto size = nbd_get_size(handle.get());
    if (size < 0)
        return fail(H2K_ERROR_FAILED, _("The guest's disk cannot be opened: %s"), reason());
    return Connection{std::move(handle), static_cast<std::uint64_t>(size)};
}

Result<> Connection::read(std::uint64_t offset, std::span<char> to) const {
    while (!to.empty()) {
        const auto part = to.first(std::min(to.size(), most_at_once));
        if (nbd_pread(handle_.get(), part.data(), part.size(), offset, 0) != 0)
            return fail(H2K_ERROR_SOURCE, _("The guest's disk cannot be read: %s"), reason());
        to = to.subspan(part.size());
        offset += part.size();
    }
    return {};
}

Result<> Connection::write(std::uint64_t offset, std::string_view from) const {
    while (!from.empty()) {
        const auto part = from.substr(0, most_at_once);
        if (nbd_pwrite(handle_.get(), part.data(), part.size(), offset, 0) != 0)
            return cannot_write();
        from.remove_prefix(part.size());
        offset += part.size();
    }
    return {};
}

Result<> Connection::zero(std::uint64_t offset, std::uint64_t length) const {
    while (length > 0) {
        const auto part = std::min(length, most_described);
        if (nbd_zero(handle_.get(), part, offset, 0) != 0)
            return cannot_write();
        length -= part;
        offset += part;
    }
    return {};
}

Result<> Connection::flush() const {
    if (nbd_can_flush(handle_.get()) == 1 && nbd_flush(handle_.get(), 0) != 0)
        return cannot_write();
    return {};
}

} // namespace h2k
