// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/direct/wire/message.h"
#include "convert/base/i18n.h"
#include <algorithm>
#include <array>
#include <cerrno>
#include <sys/socket.h>
#include <unistd.h>

namespace h2k {

namespace {

constexpr std::size_t length_size = 4;

void put_length(std::string &bytes, std::size_t length) {
    for (unsigned shift = 0; shift < 8 * length_size; shift += 8)
        bytes += static_cast<char>(static_cast<std::uint32_t>(length) >> shift & 0xff);
}

/// @bytes has at least length_size of them.
std::size_t length_in(std::string_view bytes) {
    std::uint32_t length = 0;
    for (unsigned i = 0; i < length_size; ++i)
        length |= static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[i])) << 8 * i;
    return length;
}

/// Fewer than asked for only at the end of the stream.
Result<std::size_t> receive_all(int fd, char *to, std::size_t size) {
    std::size_t got = 0;
    while (got < size) {
        const auto now = ::read(fd, to + got, size - got);
        if (now < 0 && errno == EINTR)
            continue;
        if (now < 0)
            return fail(H2K_ERROR_FAILED, _("virt-hyper2kvm-fs cannot be heard: %s."), g_strerror(errno));
        if (now == 0)
            break;
        got += static_cast<std::size_t>(now);
    }
    return got;
}

} // namespace

std::unexpected<Error> malformed_message() {
    return fail(H2K_ERROR_FAILED, "%s", _("A message of virt-hyper2kvm-fs is malformed."));
}

Result<std::string> encode(const Message &message) {
    std::size_t length = 1;
    for (const auto &field : message.fields)
        length += length_size + field.size();
    if (length > longest_message || message.fields.size() > most_fields)
        return fail(H2K_ERROR_FAILED, "%s", _("A message of virt-hyper2kvm-fs is too long."));
    std::string bytes;
    bytes.reserve(length_size + length);
    put_length(bytes, length);
    bytes += static_cast<char>(message.kind);
    for (const auto &field : message.fields) {
        put_length(bytes, field.size());
        bytes += field;
    }
    return bytes;
}

Result<Message> decode(std::string_view bytes) {
    if (bytes.empty() || bytes.size() > longest_message)
        return malformed_message();
    Message message{.kind = static_cast<std::uint8_t>(bytes.front()), .fields = {}};
    bytes.remove_prefix(1);
    while (!bytes.empty()) {
        if (bytes.size() < length_size || message.fields.size() == most_fields)
            return malformed_message();
        const auto length = length_in(bytes);
        bytes.remove_prefix(length_size);
        if (length > bytes.size())
            return malformed_message();
        message.fields.emplace_back(bytes.substr(0, length));
        bytes.remove_prefix(length);
    }
    return message;
}

Result<> send_message(int fd, const Message &message) {
    const auto bytes = H2K_TRY(encode(message));
    std::string_view rest{bytes};
    while (!rest.empty()) {
        const auto sent = ::send(fd, rest.data(), rest.size(), MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR)
            continue;
        if (sent < 0)
            return fail(H2K_ERROR_FAILED, _("virt-hyper2kvm-fs cannot be reached: %s."), g_strerror(errno));
        rest.remove_prefix(static_cast<std::size_t>(sent));
    }
    return {};
}

Result<std::optional<Message>> receive_message(int fd) {
    std::array<char, length_size> head{};
    const auto got = H2K_TRY(receive_all(fd, head.data(), head.size()));
    if (got == 0)
        return std::nullopt;
    const auto length = length_in({head.data(), head.size()});
    if (got < head.size() || length > longest_message)
        return malformed_message();
    std::string bytes(length, '\0');
    if (H2K_TRY(receive_all(fd, bytes.data(), length)) < length)
        return malformed_message();
    return H2K_TRY(decode(bytes));
}

} // namespace h2k
