// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/direct/link.h"
#include "convert/base/i18n.h"
#include "convert/base/messages.h"
#include "convert/base/sockets/unix_socket.h"
#include <cerrno>
#include <csignal>
#include <poll.h>
#include <sys/socket.h>
#include <sys/wait.h>

namespace h2k {

namespace {

constexpr const char *program_name = "virt-hyper2kvm-fs";
constexpr int tick = 250; ///< ms, after which a cancellation is seen
constexpr std::uint64_t most_memory = std::uint64_t{1} << 30;
constexpr unsigned cpu_seconds = 600;
/// Of what is within a message; a whole one is waited for by poll().
constexpr timeval longest_pause{.tv_sec = 10, .tv_usec = 0};

std::unexpected<Error> cannot_start(const std::string &why) {
    return fail(H2K_ERROR_FAILED, _("Cannot start %s: %s."), program_name, why.c_str());
}

} // namespace

std::unexpected<Error> malformed_reply() {
    return fail(H2K_ERROR_FAILED, "%s", _("A reply of virt-hyper2kvm-fs is malformed."));
}

Result<FsLink> FsLink::start(const ServedGuest &guest, GCancellable *cancel) {
    constexpr unsigned usual = 512;
    std::vector<Descriptor> disks;
    std::vector<int> files;
    std::vector<std::string> words;
    for (std::size_t i = 0; i < guest.sockets.size(); ++i) {
        if (!disks.emplace_back(connect_to_socket(guest.sockets[i])))
            return cannot_start(guest.sockets[i] + ": " + g_strerror(errno));
        files.push_back(disks.back().get());
        words.push_back(std::to_string(i < guest.sector_bytes.size() ? guest.sector_bytes[i] : usual));
    }
    // No limit on files: for libblkid it makes a sparse one in memory that is as long as the disk.
    auto program = LinkedProgram::start(
        program_name, {.namespaces = true, .memory = most_memory, .cpu_seconds = cpu_seconds, .user = private_user()},
        words, files);
    if (!program)
        return cannot_start(program.error().message());
    for (const int option : {SO_RCVTIMEO, SO_SNDTIMEO})
        if (setsockopt(program->socket(), SOL_SOCKET, option, &longest_pause, sizeof longest_pause) != 0)
            return cannot_start(g_strerror(errno));
    return FsLink{*std::move(program), cancel};
}

/// Why the program is no longer there.
std::unexpected<Error> FsLink::ended() {
    const int status = program_.kill(); // it may only have stopped to talk sense
    if (WIFSIGNALED(status) && WTERMSIG(status) != SIGKILL)
        return fail(H2K_ERROR_FAILED, _("%s crashed with signal %d (%s)."), program_name, WTERMSIG(status),
                    g_strsignal(WTERMSIG(status)));
    const auto said = program_.last_line();
    if (said.empty())
        return fail(H2K_ERROR_FAILED, _("%s ended too early."), program_name);
    return fail(H2K_ERROR_FAILED, _("%s ended too early: %s"), program_name, said.c_str());
}

Result<> FsLink::wait_for_reply(std::chrono::seconds limit) {
    const auto until = std::chrono::steady_clock::now() + limit;
    for (;;) {
        pollfd what{.fd = program_.socket(), .events = POLLIN, .revents = 0};
        if (poll(&what, 1, tick) > 0)
            return {};
        H2K_CHECK(check_cancelled(cancel_.get()));
        if (std::chrono::steady_clock::now() > until)
            return fail(H2K_ERROR_FAILED, _("%s did not answer within %d seconds."), program_name,
                        static_cast<int>(limit.count()));
    }
}

Result<Message> FsLink::ask(const Message &message, std::chrono::seconds limit) {
    if (!alive() || !send_message(program_.socket(), message))
        return ended();
    if (auto waited = wait_for_reply(limit); !waited) {
        program_.kill();
        return std::unexpected(std::move(waited).error());
    }
    auto reply = receive_message(program_.socket());
    if (!reply || !*reply || (*reply)->kind >= fs_outcomes)
        return ended();
    return **std::move(reply);
}

Result<std::vector<std::string>> FsLink::request(FsCall call, std::vector<std::string> fields,
                                                 std::chrono::seconds limit) {
    H2K_CHECK(check_cancelled(cancel_.get()));
    auto reply = H2K_TRY(ask({.kind = static_cast<std::uint8_t>(call), .fields = std::move(fields)}, limit));
    if (static_cast<FsOutcome>(reply.kind) == FsOutcome::done)
        return std::move(reply.fields);
    return fail(H2K_ERROR_FAILED, "%s", reply.fields.empty() ? "" : printable(reply.fields.back()).c_str());
}

Result<> FsLink::finish() {
    if (!alive())
        return ended();
    shutdown(program_.socket(), SHUT_WR);
    char last = 0;
    ssize_t got = 0;
    do
        got = recv(program_.socket(), &last, 1, 0); // SO_RCVTIMEO ends it
    while (got < 0 && errno == EINTR); // by SIGCHLD: with a time-out, nothing is restarted: signal(7)
    if (got != 0)
        return ended();
    const int status = program_.wait();
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
        return fail(H2K_ERROR_FAILED, _("%s did not end properly."), program_name);
    return {};
}

} // namespace h2k
