// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/confine/linked_program.h"
#include "convert/base/messages.h"
#include "convert/base/process/programs.h"
#include "convert/base/text.h"
#include <array>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>

namespace h2k {

namespace {

constexpr int first_file = 3;
constexpr std::size_t longest_errors = 64u << 10;

std::unexpected<Error> failed(const std::string &why) { return fail(H2K_ERROR_FAILED, "%s", why.c_str()); }

} // namespace

Result<LinkedProgram> LinkedProgram::start(const char *name, const Confinement &confinement,
                                           const std::vector<std::string> &words, std::span<const int> files) {
    const auto path = own_program(name);
    const Descriptor program{open(path.c_str(), O_PATH | O_CLOEXEC)};
    if (!program)
        return failed(path + ": " + g_strerror(errno));
    std::array<int, 2> pair{-1, -1};
    Descriptor errors{memfd_create(name, MFD_CLOEXEC)};
    if (!errors || socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair.data()) != 0)
        return failed(g_strerror(errno));
    Descriptor ours{pair[0]};
    const Descriptor its{pair[1]};
    std::vector<int> from{files.begin(), files.end()}, to;
    from.push_back(program.get());
    for (std::size_t i = 0; i < from.size(); ++i)
        to.push_back(first_file + static_cast<int>(i));
    auto line = confining_words(confinement);
    // By its descriptor, since its user may not be allowed to enter our folders.
    line.push_back("/proc/self/fd/" + std::to_string(to.back()));
    line.insert(line.end(), words.begin(), words.end());
    std::vector<const char *> argv;
    for (const auto &word : line)
        argv.push_back(word.c_str());
    argv.push_back(nullptr);
    const std::array environment{"LC_ALL=C", static_cast<const char *>(nullptr)};
    int child = 0;
    GError *error = nullptr;
    const auto flags = static_cast<GSpawnFlags>(G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_STDOUT_TO_DEV_NULL);
    if (!g_spawn_async_with_pipes_and_fds(nullptr, argv.data(), environment.data(), flags, nullptr, nullptr, its.get(),
                                          -1, errors.get(), from.data(), to.data(), from.size(), &child, nullptr,
                                          nullptr, nullptr, &error))
        return std::unexpected(Error::take(error));
    return LinkedProgram{std::move(ours), std::move(errors), child};
}

int LinkedProgram::wait() noexcept {
    socket_.reset();
    int status = 0;
    const int child = std::exchange(child_, 0);
    while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR)
        continue;
    return status;
}

int LinkedProgram::kill() noexcept {
    if (child_ > 0)
        ::kill(child_, SIGKILL);
    return wait();
}

std::string LinkedProgram::last_line() const {
    std::string says(longest_errors, '\0');
    const auto size = errors_ ? pread(errors_.get(), says.data(), says.size(), 0) : 0;
    says.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
    const auto all = lines(says);
    return all.empty() ? std::string{} : printable(all.back());
}

} // namespace h2k
