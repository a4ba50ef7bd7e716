// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/appliance/warm/monitor.h"
#include "convert/appliance/warm/wake.h"
#include "convert/base/text.h"
#include <cerrno>
#include <cstring>
#include <sys/socket.h>

namespace h2k {

namespace {

constexpr auto longest_answer = std::chrono::seconds{60};
constexpr auto longest_save = std::chrono::minutes{5};
constexpr gulong pause = 20'000; // microseconds

/// @file: goes with it; -1: none.
Result<> say(int socket, std::string text, int file) {
    struct iovec part{.iov_base = text.data(), .iov_len = text.size()};
    alignas(struct cmsghdr) char space[CMSG_SPACE(sizeof file)]{};
    struct msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    if (file >= 0) {
        message.msg_control = space;
        message.msg_controllen = sizeof space;
        auto *header = CMSG_FIRSTHDR(&message);
        header->cmsg_level = SOL_SOCKET;
        header->cmsg_type = SCM_RIGHTS;
        header->cmsg_len = CMSG_LEN(sizeof file);
        std::memcpy(CMSG_DATA(header), &file, sizeof file);
    }
    if (sendmsg(socket, &message, MSG_NOSIGNAL) != static_cast<ssize_t>(text.size()))
        return fail(H2K_ERROR_FAILED, "QMP: %s", g_strerror(errno));
    return {};
}

std::string without_blanks(const std::string &line) { return replace_all(line, " ", ""); }

/// What stands in @line for the member @name, a text; all of it where there is none.
std::string text_in(const std::string &line, std::string_view name) {
    auto at = line.find("\"" + std::string{name} + "\"");
    for (int quotes = 0; quotes < 2 && at != std::string::npos; ++quotes)
        at = line.find('"', at + 1);
    return at == std::string::npos ? line : line.substr(at + 1, line.find('"', at + 1) - at - 1);
}

Result<std::string> ask(const Descriptor &socket, const std::string &text, int file = -1) {
    H2K_CHECK(say(socket.get(), text + "\n", file));
    const auto end = std::chrono::steady_clock::now() + longest_answer;
    for (;;) {
        auto line = H2K_TRY(read_line(socket.get(), {}, end));
        if (without_blanks(line).starts_with("{\"return\""))
            return line;
        if (without_blanks(line).starts_with("{\"error\""))
            return fail(H2K_ERROR_FAILED, "QMP: %s: %s", text.c_str(), text_in(line, "desc").c_str());
    }
}

} // namespace

Result<> save_machine(const Descriptor &socket, int state, GCancellable *cancel) {
    H2K_TRY(ask(socket, R"({"execute":"qmp_capabilities"})"));
    H2K_TRY(ask(socket, R"({"execute":"migrate-set-parameters","arguments":{"max-bandwidth":1099511627776}})"));
    H2K_TRY(ask(socket, R"({"execute":"getfd","arguments":{"fdname":"state"}})", state));
    // Not stopped before: a copy goes on as it was, and would stand still.
    H2K_TRY(ask(socket, R"({"execute":"migrate","arguments":{"uri":"fd:state"}})"));
    const auto end = std::chrono::steady_clock::now() + longest_save;
    for (std::string said; said.find(R"("status":"completed")") == std::string::npos; g_usleep(pause)) {
        H2K_CHECK(check_cancelled(cancel));
        const auto line = H2K_TRY(ask(socket, R"({"execute":"query-migrate"})"));
        said = without_blanks(line);
        if (said.find(R"("status":"failed")") != std::string::npos || std::chrono::steady_clock::now() > end)
            return fail(H2K_ERROR_TARGET, "QEMU: %s.", text_in(line, "error-desc").c_str());
    }
    H2K_TRY(ask(socket, R"({"execute":"quit"})"));
    return {};
}

} // namespace h2k
