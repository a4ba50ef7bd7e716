// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/image/nbd/server.h"
#include "convert/base/i18n.h"
#include "convert/base/sockets/unix_socket.h"
#include "convert/image/qemu_img.h"
#include <algorithm>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <iterator>
#include <poll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
extern "C" { // missing in glibc 2.36
#include <sys/pidfd.h>
}

namespace h2k {

namespace {

constexpr std::size_t errors_kept = 64u << 10;
constexpr int first_passed_fd = 3; // SD_LISTEN_FDS_START of sd_listen_fds(3)

std::unexpected<Error> cannot_start(int why) {
    return fail(H2K_ERROR_FAILED, _("Cannot start qemu-nbd: %s."), g_strerror(why));
}

/// The variables of socket activation, sd_listen_fds(3).  One of them is known only in the child.
class Environment {
  public:
    Environment() {
        const Owned<char *> inherited{g_get_environ()};
        for (char **entry = inherited.get(); *entry; ++entry)
            if (!std::string_view{*entry}.starts_with("LISTEN_") && !std::string_view{*entry}.starts_with("LC_ALL="))
                texts_.emplace_back(*entry);
        texts_.insert(texts_.end(), {"LC_ALL=C", "LISTEN_FDS=1", std::string{name_} + std::string(16, '\0')});
        for (auto &text : texts_)
            list_.push_back(text.data());
        list_.push_back(nullptr);
    }
    [[nodiscard]] char **list() { return list_.data(); }

    /// Runs between fork and exec: only async-signal-safe functions may be called.
    static void complete(gpointer self) {
        char digits[16];
        std::size_t count = 0;
        for (auto rest = getpid(); rest > 0; rest /= 10)
            digits[count++] = static_cast<char>('0' + rest % 10);
        char *to = static_cast<Environment *>(self)->texts_.back().data() + name_.size();
        std::reverse_copy(digits, digits + count, to);
        // A killed job must not leave its programs running.
        prctl(PR_SET_PDEATHSIG, SIGKILL);
    }

  private:
    static constexpr std::string_view name_ = "LISTEN_PID=";
    std::vector<std::string> texts_;
    std::vector<char *> list_;
};

/// Creates a listening socket that has a name only until the connection to it is made: nobody else can connect, and a
/// killed job leaves no file.
/// @folder: an open descriptor, since its path may be longer than an address can be.
int listen_and_connect(int folder, Descriptor &listening, Descriptor &connected) {
    const auto path = "/proc/self/fd/" + std::to_string(folder) + "/s";
    listening = bind_socket(path);
    if (!listening)
        return errno;
    if (listen(listening.get(), 1) == 0)
        connected = connect_to_socket(path);
    const int why = connected ? 0 : errno;
    unlink(path.c_str());
    return why;
}

/// Returns once the child @pid, if there is one, has ended, or with the error that @cancel is.
Result<> wait_for_end(pid_t pid, GCancellable *cancel) {
    if (pid <= 0)
        return {};
    const Descriptor process{pidfd_open(pid, 0)};
    if (!process)
        return cannot_start(errno);
    GPollFD cancelled{.fd = -1, .events = 0, .revents = 0};
    const bool can_be = cancel && g_cancellable_make_pollfd(cancel, &cancelled);
    pollfd what[]{{.fd = process.get(), .events = POLLIN, .revents = 0},
                  {.fd = cancelled.fd, .events = POLLIN, .revents = 0}}; // a negative number is passed over
    Result<> outcome;
    while (outcome && what[0].revents == 0) {
        poll(what, std::size(what), -1);
        outcome = what[0].revents == 0 ? check_cancelled(cancel) : Result<>{};
    }
    if (can_be)
        g_cancellable_release_fd(cancel);
    return outcome;
}

} // namespace

NbdServer::NbdServer(NbdServer &&other) noexcept
    : files_(std::move(other.files_)), socket_(std::move(other.socket_)), errors_(std::move(other.errors_)),
      pid_(std::exchange(other.pid_, 0)) {}

NbdServer::~NbdServer() {
    if (pid_ <= 0)
        return;
    kill(pid_, SIGKILL);
    while (waitpid(pid_, nullptr, 0) < 0 && errno == EINTR)
        continue;
}

Result<> NbdServer::connect_to(Descriptor &listening) {
    GError *error = nullptr;
    const Owned<char> path{g_dir_make_tmp("virt-hyper2kvm-XXXXXX", &error)};
    if (!path)
        return std::unexpected(Error::take(error));
    const Descriptor folder{open(path.get(), O_PATH | O_DIRECTORY | O_CLOEXEC)};
    const int why = folder ? listen_and_connect(folder.get(), listening, socket_) : errno;
    rmdir(path.get());
    if (why != 0)
        return cannot_start(why);
    return {};
}

Result<> NbdServer::spawn(const std::vector<std::string> &arguments, int listening) {
    errors_ = Descriptor{memfd_create("qemu-nbd", MFD_CLOEXEC)};
    if (!errors_)
        return cannot_start(errno);
    auto words = confining_words(for_images());
    words.emplace_back("qemu-nbd");
    words.insert(words.end(), arguments.begin(), arguments.end());
    std::vector<const char *> argv;
    for (const auto &word : words)
        argv.push_back(word.c_str());
    argv.push_back(nullptr);
    Environment environment;
    std::vector<int> from{listening}, to{first_passed_fd};
    for (const auto &file : files_.held()) {
        from.push_back(file.get());
        to.push_back(file.get());
    }
    GError *error = nullptr;
    const auto flags = static_cast<GSpawnFlags>(G_SPAWN_SEARCH_PATH | G_SPAWN_DO_NOT_REAP_CHILD |
                                                G_SPAWN_STDOUT_TO_DEV_NULL | G_SPAWN_CLOEXEC_PIPES);
    if (!g_spawn_async_with_pipes_and_fds(nullptr, argv.data(), environment.list(), flags, Environment::complete,
                                          &environment, -1, -1, errors_.get(), from.data(), to.data(), from.size(),
                                          &pid_, nullptr, nullptr, nullptr, &error))
        return std::unexpected(Error::take(error));
    return {};
}

Result<NbdServer> NbdServer::start(const std::vector<std::string> &arguments, QemuFiles files) {
    NbdServer server;
    server.files_ = std::move(files);
    Descriptor listening;
    H2K_CHECK(server.connect_to(listening));
    H2K_CHECK(server.spawn(arguments, listening.get()));
    return server;
}

Result<NbdServer> NbdServer::start_on(const Descriptor &listening, const std::vector<std::string> &arguments,
                                      QemuFiles files) {
    NbdServer server;
    server.files_ = std::move(files);
    H2K_CHECK(server.spawn(arguments, listening.get()));
    return server;
}

void NbdServer::stop() const noexcept {
    if (pid_ > 0)
        kill(pid_, SIGTERM);
}

Result<Finished> NbdServer::wait(GCancellable *cancel) {
    int status = 0;
    H2K_CHECK(wait_for_end(pid_, cancel));
    while (pid_ > 0 && waitpid(pid_, &status, 0) < 0)
        if (errno != EINTR)
            return cannot_start(errno);
    pid_ = 0;
    Finished done{.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status)};
    done.errors.resize(errors_kept);
    const auto n = pread(errors_.get(), done.errors.data(), done.errors.size(), 0);
    done.errors.resize(n > 0 ? static_cast<std::size_t>(n) : 0);
    return done;
}

} // namespace h2k
