// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/direct/link.h"
#include "convert/base/i18n.h"
#include "convert/base/messages.h"
#include "convert/base/process/programs.h"
#include "convert/base/text.h"
#include "convert/confine/confinement.h"
#include <array>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>

namespace h2k {

namespace {

constexpr const char *program_name = "virt-hyper2kvm-fs";
constexpr int tick = 250; ///< ms, after which a cancellation is seen
constexpr int first_disk_fd = 3;
constexpr std::uint64_t most_memory = std::uint64_t{1} << 30;
constexpr std::size_t longest_errors = 64u << 10;
constexpr unsigned cpu_seconds = 600;
/// Of what is within a message; a whole one is waited for by poll().
constexpr timeval longest_pause{.tv_sec = 10, .tv_usec = 0};

std::unexpected<Error> cannot_start(const std::string &why) {
    return fail(H2K_ERROR_FAILED, _("Cannot start %s: %s."), program_name, why.c_str());
}

Result<Descriptor> connect_to(const std::string &path) {
    struct sockaddr_un address{};
    address.sun_family = AF_UNIX;
    Descriptor connection{socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    if (path.size() >= sizeof address.sun_path)
        return cannot_start(g_strerror(ENAMETOOLONG));
    path.copy(address.sun_path, path.size());
    if (!connection ||
        connect(connection.get(), reinterpret_cast<const struct sockaddr *>(&address), sizeof address) != 0)
        return cannot_start(path + ": " + g_strerror(errno));
    return connection;
}

std::vector<std::string> command_line(const ServedGuest &guest, int program_fd) {
    // No limit on files: for libblkid it makes a sparse one in memory that is as long as the disk.
    auto words = confining_words(
        {.namespaces = true, .memory = most_memory, .cpu_seconds = cpu_seconds, .user = private_user()});
    // By its descriptor, since its user may not be allowed to enter our folders.
    words.push_back("/proc/self/fd/" + std::to_string(program_fd));
    constexpr unsigned usual = 512;
    for (std::size_t i = 0; i < guest.sockets.size(); ++i)
        words.push_back(std::to_string(i < guest.sector_bytes.size() ? guest.sector_bytes[i] : usual));
    return words;
}

/// What runs between fork and exec: a killed job must not leave its programs running.
void die_with_parent(gpointer) { prctl(PR_SET_PDEATHSIG, SIGKILL); }

} // namespace

FsLink::FsLink(FsLink &&other) noexcept
    : socket_(std::move(other.socket_)), errors_(std::move(other.errors_)), child_(std::exchange(other.child_, 0)),
      cancel_(std::move(other.cancel_)) {}

FsLink &FsLink::operator=(FsLink &&other) noexcept {
    std::swap(socket_, other.socket_);
    std::swap(errors_, other.errors_);
    std::swap(child_, other.child_);
    std::swap(cancel_, other.cancel_);
    return *this;
}

Result<FsLink> FsLink::start(const ServedGuest &guest, GCancellable *cancel) {
    FsLink link;
    link.cancel_ = Ref<GCancellable>::retain(cancel);
    const auto path = own_program(program_name);
    const Descriptor program{open(path.c_str(), O_PATH | O_CLOEXEC)};
    if (!program)
        return cannot_start(path + ": " + g_strerror(errno));
    std::array<int, 2> pair{-1, -1};
    link.errors_ = Descriptor{memfd_create(program_name, MFD_CLOEXEC)};
    if (!link.errors_ || socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair.data()) != 0)
        return cannot_start(g_strerror(errno));
    link.socket_ = Descriptor{pair[0]};
    const Descriptor its{pair[1]};
    if (setsockopt(link.socket_.get(), SOL_SOCKET, SO_RCVTIMEO, &longest_pause, sizeof longest_pause) != 0 ||
        setsockopt(link.socket_.get(), SOL_SOCKET, SO_SNDTIMEO, &longest_pause, sizeof longest_pause) != 0)
        return cannot_start(g_strerror(errno));
    std::vector<Descriptor> disks;
    std::vector<int> from, to;
    for (const auto &socket : guest.sockets) {
        disks.push_back(H2K_TRY(connect_to(socket)));
        from.push_back(disks.back().get());
        to.push_back(first_disk_fd + static_cast<int>(to.size()));
    }
    from.push_back(program.get());
    to.push_back(first_disk_fd + static_cast<int>(to.size()));
    const auto words = command_line(guest, to.back());
    std::vector<const char *> argv;
    for (const auto &word : words)
        argv.push_back(word.c_str());
    argv.push_back(nullptr);
    const std::array environment{"LC_ALL=C", static_cast<const char *>(nullptr)};
    GError *error = nullptr;
    const auto flags = static_cast<GSpawnFlags>(G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_STDOUT_TO_DEV_NULL);
    if (!g_spawn_async_with_pipes_and_fds(nullptr, argv.data(), environment.data(), flags, die_with_parent, nullptr,
                                          its.get(), -1, link.errors_.get(), from.data(), to.data(), from.size(),
                                          &link.child_, nullptr, nullptr, nullptr, &error))
        return cannot_start(Error::take(error).message());
    return link;
}

void FsLink::kill() noexcept {
    socket_.reset();
    if (const int child = std::exchange(child_, 0); child > 0) {
        ::kill(child, SIGKILL);
        while (waitpid(child, nullptr, 0) < 0 && errno == EINTR)
            continue;
    }
}

/// Why the program is no longer there.
std::unexpected<Error> FsLink::ended() {
    int status = 0;
    const int child = std::exchange(child_, 0);
    if (child > 0)
        ::kill(child, SIGKILL); // it may only have stopped to talk sense
    while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR)
        continue;
    socket_.reset();
    if (WIFSIGNALED(status) && WTERMSIG(status) != SIGKILL)
        return fail(H2K_ERROR_FAILED, _("%s crashed with signal %d (%s)."), program_name, WTERMSIG(status),
                    g_strsignal(WTERMSIG(status)));
    std::string says(longest_errors, '\0');
    const auto size = errors_ ? pread(errors_.get(), says.data(), says.size(), 0) : 0;
    says.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
    const auto all = lines(says);
    if (all.empty())
        return fail(H2K_ERROR_FAILED, _("%s ended too early."), program_name);
    return fail(H2K_ERROR_FAILED, _("%s ended too early: %s"), program_name, printable(all.back()).c_str());
}

Result<> FsLink::wait_for_reply(std::chrono::seconds limit) {
    const auto until = std::chrono::steady_clock::now() + limit;
    for (;;) {
        pollfd what{.fd = socket_.get(), .events = POLLIN, .revents = 0};
        if (poll(&what, 1, tick) > 0)
            return {};
        H2K_CHECK(check_cancelled(cancel_.get()));
        if (std::chrono::steady_clock::now() > until)
            return fail(H2K_ERROR_FAILED, _("%s did not answer within %d seconds."), program_name,
                        static_cast<int>(limit.count()));
    }
}

Result<Message> FsLink::ask(const Message &message, std::chrono::seconds limit) {
    if (!socket_ || !send_message(socket_.get(), message))
        return ended();
    if (auto waited = wait_for_reply(limit); !waited) {
        kill();
        return std::unexpected(std::move(waited).error());
    }
    auto reply = receive_message(socket_.get());
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
    if (!socket_)
        return ended();
    shutdown(socket_.get(), SHUT_WR);
    char last = 0;
    int status = 0;
    const bool closed = recv(socket_.get(), &last, 1, 0) == 0; // SO_RCVTIMEO ends it
    if (!closed)
        return ended();
    const int child = std::exchange(child_, 0);
    socket_.reset();
    while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR)
        continue;
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
        return fail(H2K_ERROR_FAILED, _("%s did not end properly."), program_name);
    return {};
}

} // namespace h2k
