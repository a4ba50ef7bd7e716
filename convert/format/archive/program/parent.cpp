// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/format/archive/program/parent.h"
#include <array>
#include <cerrno>
#include <cstdlib>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

namespace h2k {

namespace {

constexpr int socket_fd = STDIN_FILENO;

void receive(void *to, std::size_t size) {
    auto *at = static_cast<char *>(to);
    while (size > 0) {
        const auto got = recv(socket_fd, at, size, 0);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            _exit(EXIT_SUCCESS);
        at += got;
        size -= static_cast<std::size_t>(got);
    }
}

void send_all(const ArchiveMessage &message, std::string_view bytes) {
    std::array parts{iovec{.iov_base = const_cast<ArchiveMessage *>(&message), .iov_len = sizeof message},
                     iovec{.iov_base = const_cast<char *>(bytes.data()), .iov_len = bytes.size()}};
    auto left = sizeof message + bytes.size();
    while (left > 0) {
        msghdr what{};
        what.msg_iov = parts.data();
        what.msg_iovlen = parts.size();
        const auto sent = sendmsg(socket_fd, &what, MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR)
            continue;
        if (sent < 0)
            _exit(EXIT_SUCCESS);
        left -= static_cast<std::size_t>(sent);
        auto done = static_cast<std::size_t>(sent);
        for (auto &part : parts) {
            const auto step = std::min(done, part.iov_len);
            part.iov_base = static_cast<char *>(part.iov_base) + step;
            part.iov_len -= step;
            done -= step;
        }
    }
}

} // namespace

ArchiveMessage Parent::question() {
    ArchiveMessage message;
    receive(&message, sizeof message);
    if (message.size != 0)
        _exit(EXIT_FAILURE);
    return message;
}

void Parent::answer(ArchiveMessage message, std::string_view bytes) {
    message.size = static_cast<std::uint32_t>(bytes.size());
    send_all(message, bytes);
}

void Parent::fail(ArchiveFailure why, std::string_view text) {
    answer({.word = ArchiveWord::failed, .flags = static_cast<std::uint32_t>(why)}, text.substr(0, longest_text));
    std::array<char, 4096> ignored{};
    for (;;)
        receive(ignored.data(), ignored.size());
}

ArchiveMessage Parent::ask(const ArchiveMessage &message, std::string &bytes) {
    send_all(message, {});
    ArchiveMessage answer;
    receive(&answer, sizeof answer);
    if (answer.size > longest_message)
        _exit(EXIT_FAILURE);
    bytes.resize(answer.size);
    receive(bytes.data(), bytes.size());
    return answer;
}

Outcome<std::string_view> ParentBytes::next() {
    if (parent_.ask({.word = ArchiveWord::need}, held_).word != ArchiveWord::bytes)
        _exit(EXIT_FAILURE);
    return std::string_view{held_};
}

std::uint64_t ParentBytes::skip(std::uint64_t count) {
    std::string none;
    const auto answer = parent_.ask({.word = ArchiveWord::skip, .number = count}, none);
    if (answer.word != ArchiveWord::skipped || answer.number > count)
        _exit(EXIT_FAILURE);
    return answer.number;
}

void ParentBytes::go_to(std::uint64_t offset) { parent_.answer({.word = ArchiveWord::seek, .number = offset}, {}); }

} // namespace h2k
