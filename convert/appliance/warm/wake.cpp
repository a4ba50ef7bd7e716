// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/appliance/warm/wake.h"
#include "convert/base/sockets/unix_socket.h"
#include "convert/base/text.h"
#include <array>
#include <cerrno>
#include <ctime>
#include <poll.h>
#include <sys/random.h>
#include <sys/socket.h>

namespace h2k {

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t seed_bytes = 64;
constexpr std::size_t longest_line = 1u << 16;
constexpr int pause_ms = 50;

std::unexpected<Error> failed(const char *what) { return fail(H2K_ERROR_FAILED, "%s: %s", what, g_strerror(errno)); }

/// "go SECONDS NANOSECONDS DISKS SEED", as the program that holds reads it.
Result<std::string> waking_line(unsigned disks) {
    std::array<unsigned char, seed_bytes> seed{};
    if (getrandom(seed.data(), seed.size(), 0) != ssize_t{seed.size()})
        return failed("getrandom");
    std::string digits;
    for (const auto byte : seed)
        for (const auto half : {byte >> 4, byte & 15})
            digits += "0123456789abcdef"[half];
    struct timespec now{};
    clock_gettime(CLOCK_REALTIME, &now);
    return "go " + std::to_string(now.tv_sec) + " " + std::to_string(now.tv_nsec) + " " + std::to_string(disks) + " " +
           digits + "\n";
}

Result<> say(int socket, std::string_view text) {
    if (send(socket, text.data(), text.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(text.size()))
        return failed("send");
    return {};
}

using Step = WakePort::Step;

Result<> wake(int listening, unsigned disks, const std::function<void(Step)> &reached, const std::stop_token &stop) {
    struct pollfd waiting{.fd = listening, .events = POLLIN, .revents = 0};
    while (poll(&waiting, 1, pause_ms) <= 0)
        if (stop.stop_requested())
            return {};
    const Descriptor connection{accept4(listening, nullptr, nullptr, SOCK_CLOEXEC)};
    if (!connection)
        return failed("accept");
    reached(Step::connected);
    const auto end = Clock::time_point::max();
    H2K_CHECK(say(connection.get(), "wake\n"));
    const auto first = H2K_TRY(read_line(connection.get(), stop, end));
    reached(Step::awake);
    const auto line = H2K_TRY(waking_line(disks)); // as late as can be: it has the time
    H2K_CHECK(say(connection.get(), line));
    const auto last = H2K_TRY(read_line(connection.get(), stop, end));
    reached(Step::ready);
    g_debug("the appliance is %s, then %s", first.c_str(), last.c_str());
    return {};
}

} // namespace

Result<std::string> read_line(int socket, const std::stop_token &stop, Clock::time_point deadline) {
    std::string line;
    while (!stop.stop_requested() && Clock::now() < deadline && line.size() < longest_line) {
        struct pollfd waiting{.fd = socket, .events = POLLIN, .revents = 0};
        if (poll(&waiting, 1, pause_ms) <= 0)
            continue;
        char c = 0;
        const auto size = read(socket, &c, 1);
        if (size < 0 && errno == EINTR)
            continue;
        if (size <= 0)
            return fail(H2K_ERROR_FAILED, "%s", "the other side is gone");
        if (c == '\n')
            return line;
        if (!has_control_byte(std::string_view{&c, 1}))
            line += c;
    }
    return fail(H2K_ERROR_FAILED, "%s", "no answer");
}

Result<std::unique_ptr<WakePort>> WakePort::listen(const std::string &path, unsigned disks,
                                                   std::function<void(Step)> reached) {
    Descriptor listening = bind_socket(path);
    if (!listening || ::listen(listening.get(), 1) != 0)
        return failed(path.c_str());
    return std::unique_ptr<WakePort>{new WakePort{std::move(listening), disks, std::move(reached)}};
}

WakePort::WakePort(Descriptor listening, unsigned disks, std::function<void(Step)> reached)
    : listening_(std::move(listening)),
      thread_([this, disks, reached = std::move(reached)](const std::stop_token &stop) {
          if (const auto woken = wake(listening_.get(), disks, reached, stop); !woken)
              g_debug("waking the appliance: %s", woken.error().message());
      }) {}

} // namespace h2k
