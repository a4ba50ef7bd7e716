// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/format/archive/link.h"
#include "convert/base/i18n.h"
#include <array>
#include <cerrno>
#include <ctime>
#include <poll.h>
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

} // namespace

ArchiveLink::ArchiveLink(LinkedProgram program, std::string name, Allowance *allowance,
                         Allowance::Time longest_step) noexcept
    : program_(std::move(program)), name_(std::move(name)), allowance_(allowance), longest_step_(longest_step) {}

Result<ArchiveLink> ArchiveLink::start(const std::string &name, Allowance *allowance) {
    auto program = LinkedProgram::start(
        program_name, {.memory = archive_memory, .file_size = longest_errors, .user = private_user()}, {}, {});
    if (!program)
        return cannot_start(program.error().message());
    return ArchiveLink{*std::move(program), name, allowance};
}

/// Why the program is no longer there.
std::unexpected<Error> ArchiveLink::ended() {
    const int status = program_.wait();
    if (WIFSIGNALED(status))
        return fail(H2K_ERROR_SOURCE,
                    _("“%s” is damaged, or made to do harm: the program that unpacks it crashed with signal %d (%s)."),
                    name_.c_str(), WTERMSIG(status), g_strsignal(WTERMSIG(status)));
    const auto said = program_.last_line();
    return cannot_start(said.empty() ? "exit status " + std::to_string(WEXITSTATUS(status)) : said);
}

void ArchiveLink::count_step() noexcept {
    step_ = used_;
    begun_ = std::chrono::steady_clock::now();
}

Result<> ArchiveLink::check_work() {
    if (const auto now = time_of(program_.process()); now > used_) {
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
        pollfd what{.fd = program_.socket(), .events = events, .revents = 0};
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
        const auto sent = alive() ? sendmsg(program_.socket(), &what, MSG_NOSIGNAL | MSG_DONTWAIT) : -1;
        if (sent < 0 && alive() && (errno == EAGAIN || errno == EINTR)) {
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
        const auto got = alive() ? recv(program_.socket(), to, size, MSG_DONTWAIT) : 0;
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
