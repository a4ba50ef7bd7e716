// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/format/archive/link.h"
#include "convert/base/i18n.h"
#include "convert/base/messages.h"
#include "convert/base/process/programs.h"
#include "convert/base/text.h"
#include "convert/confine/confinement.h"
#include <array>
#include <cerrno>
#include <csignal>
#include <ctime>
#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/wait.h>

namespace h2k {

namespace {

using namespace std::chrono_literals;

constexpr const char *program_name = "virt-hyper2kvm-archive";
constexpr auto longest_silence = 10min;
constexpr int tick = 250; ///< ms, after which a cancellation is seen
constexpr std::size_t longest_errors = 64u << 10;
constexpr int program_fd = 3;

std::unexpected<Error> cannot_start(const std::string &why) {
    return fail(H2K_ERROR_FAILED, _("Cannot start the program that unpacks archives: %s."), why.c_str());
}

/// Processor time of the process @child; 0 once it has ended.
Allowance::Time time_of(int child) {
    clockid_t clock{};
    timespec used{};
    if (child <= 0 || clock_getcpuclockid(child, &clock) != 0 || clock_gettime(clock, &used) != 0)
        return {};
    return std::chrono::seconds{used.tv_sec} + std::chrono::nanoseconds{used.tv_nsec};
}

std::vector<std::string> command_line() {
    // By its descriptor, since its user may not be allowed to enter our folders.
    auto words = confining_words({.memory = archive_memory, .file_size = longest_errors, .user = private_user()});
    words.push_back("/proc/self/fd/" + std::to_string(program_fd));
    return words;
}

} // namespace

ArchiveLink::ArchiveLink(Descriptor socket, Descriptor errors, int child, std::string name, Allowance *allowance,
                         Allowance::Time longest_step) noexcept
    : socket_(std::move(socket)), errors_(std::move(errors)), child_(child), name_(std::move(name)),
      allowance_(allowance), longest_step_(longest_step) {}

ArchiveLink::ArchiveLink(ArchiveLink &&other) noexcept
    : socket_(std::move(other.socket_)), errors_(std::move(other.errors_)), child_(std::exchange(other.child_, 0)),
      name_(std::move(other.name_)), allowance_(other.allowance_), longest_step_(other.longest_step_),
      used_(other.used_), step_(other.step_), begun_(other.begun_) {}

Result<ArchiveLink> ArchiveLink::start(const std::string &name, Allowance *allowance) {
    const auto path = own_program(program_name);
    const Descriptor program{open(path.c_str(), O_PATH | O_CLOEXEC)};
    if (!program)
        return cannot_start(path + ": " + g_strerror(errno));
    std::array<int, 2> pair{-1, -1};
    Descriptor errors{memfd_create(program_name, MFD_CLOEXEC)};
    if (!errors || socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair.data()) != 0)
        return cannot_start(g_strerror(errno));
    Descriptor ours{pair[0]};
    const Descriptor its{pair[1]};
    const auto words = command_line();
    std::vector<const char *> argv;
    for (const auto &word : words)
        argv.push_back(word.c_str());
    argv.push_back(nullptr);
    const std::array environment{"LC_ALL=C", static_cast<const char *>(nullptr)};
    const int from = program.get(), to = program_fd;
    int child = 0;
    GError *error = nullptr;
    const auto flags = static_cast<GSpawnFlags>(G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_STDOUT_TO_DEV_NULL);
    if (!g_spawn_async_with_pipes_and_fds(nullptr, argv.data(), environment.data(), flags, nullptr, nullptr, its.get(),
                                          -1, errors.get(), &from, &to, 1, &child, nullptr, nullptr, nullptr, &error))
        return cannot_start(Error::take(error).message());
    return ArchiveLink{std::move(ours), std::move(errors), child, name, allowance};
}

void ArchiveLink::stop() noexcept {
    socket_.reset();
    if (const int child = std::exchange(child_, 0); child > 0) {
        kill(child, SIGKILL);
        while (waitpid(child, nullptr, 0) < 0 && errno == EINTR)
            continue;
    }
}

/// Why the program is no longer there.
std::unexpected<Error> ArchiveLink::ended() {
    int status = 0;
    const int child = std::exchange(child_, 0);
    while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR)
        continue;
    socket_.reset();
    if (WIFSIGNALED(status))
        return fail(H2K_ERROR_SOURCE,
                    _("“%s” is damaged, or made to do harm: the program that unpacks it crashed with signal %d (%s)."),
                    name_.c_str(), WTERMSIG(status), g_strsignal(WTERMSIG(status)));
    std::string says(longest_errors, '\0');
    const auto size = errors_ ? pread(errors_.get(), says.data(), says.size(), 0) : 0;
    says.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
    const auto all = lines(says);
    return cannot_start(all.empty() ? "exit status " + std::to_string(WEXITSTATUS(status)) : printable(all.back()));
}

void ArchiveLink::count_step() noexcept {
    step_ = used_;
    begun_ = std::chrono::steady_clock::now();
}

Result<> ArchiveLink::check_work() {
    if (const auto now = time_of(child_); now > used_) {
        if (allowance_)
            allowance_->charge(now - used_);
        used_ = now;
    }
    if (allowance_)
        H2K_CHECK(allowance_->check());
    if (used_ - step_ > longest_step_)
        return fail(H2K_ERROR_SOURCE,
                    _("“%s” is damaged or a decompression bomb: unpacking it does not get any further after %d s of "
                      "processor time."),
                    name_.c_str(),
                    static_cast<int>(std::chrono::duration_cast<std::chrono::seconds>(longest_step_).count()));
    if (std::chrono::steady_clock::now() - begun_ > longest_silence)
        return fail(H2K_ERROR_FAILED, _("The program that unpacks “%s” does not answer."), name_.c_str());
    return {};
}

Result<> ArchiveLink::wait(short events) {
    for (;;) {
        pollfd what{.fd = socket_.get(), .events = events, .revents = 0};
        const int ready = poll(&what, 1, tick);
        H2K_CHECK(check_work());
        if (ready > 0)
            return {};
    }
}

Result<> ArchiveLink::send(ArchiveMessage message, std::string_view bytes) {
    message.size = static_cast<std::uint32_t>(bytes.size());
    std::array parts{iovec{.iov_base = &message, .iov_len = sizeof message},
                     iovec{.iov_base = const_cast<char *>(bytes.data()), .iov_len = bytes.size()}};
    auto left = sizeof message + bytes.size();
    while (left > 0) {
        msghdr what{};
        what.msg_iov = parts.data();
        what.msg_iovlen = parts.size();
        const auto sent = socket_ ? sendmsg(socket_.get(), &what, MSG_NOSIGNAL | MSG_DONTWAIT) : -1;
        if (sent < 0 && socket_ && (errno == EAGAIN || errno == EINTR)) {
            H2K_CHECK(wait(POLLOUT));
            continue;
        }
        if (sent < 0)
            return ended();
        left -= static_cast<std::size_t>(sent);
        auto done = static_cast<std::size_t>(sent);
        for (auto &part : parts) {
            const auto step = std::min(done, part.iov_len);
            part.iov_base = static_cast<char *>(part.iov_base) + step;
            part.iov_len -= step;
            done -= step;
        }
    }
    return {};
}

Result<> ArchiveLink::get(char *to, std::size_t size) {
    while (size > 0) {
        const auto got = socket_ ? recv(socket_.get(), to, size, MSG_DONTWAIT) : 0;
        if (got < 0 && (errno == EAGAIN || errno == EINTR)) {
            H2K_CHECK(wait(POLLIN));
            continue;
        }
        if (got <= 0)
            return ended();
        to += got;
        size -= static_cast<std::size_t>(got);
    }
    return {};
}

Result<ArchiveMessage> ArchiveLink::receive(std::string &bytes) {
    ArchiveMessage message;
    H2K_CHECK(get(reinterpret_cast<char *>(&message), sizeof message));
    if (message.size > longest_message)
        return fail(H2K_ERROR_SOURCE,
                    _("“%s” is damaged, or made to do harm: the program that unpacks it gives invalid "
                      "answers."),
                    name_.c_str());
    bytes.resize(message.size);
    H2K_CHECK(get(bytes.data(), bytes.size()));
    H2K_CHECK(check_work());
    return message;
}

} // namespace h2k
