// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/direct/part/lend.h"
#include "convert/base/descriptor.h"
#include "convert/base/messages.h"
#include "convert/base/process/own_user.h"
#include "convert/base/text.h"
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace h2k {

namespace {

constexpr int not_started = 127; // as a shell's

std::unexpected<Error> failed(const char *what) { return fail(H2K_ERROR_FAILED, "%s: %s", what, g_strerror(errno)); }

/// The kernel kills this process once @parent ends, also where that has happened already.
void end_with(pid_t parent) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent)
        raise(SIGKILL);
}

/// A signal that is fatal, whatever we were started with, and so for the others.
void end_after(unsigned seconds) {
    signal(SIGALRM, SIG_DFL);
    sigset_t clock;
    sigemptyset(&clock);
    sigaddset(&clock, SIGALRM);
    sigprocmask(SIG_UNBLOCK, &clock, nullptr);
    alarm(seconds);
}

/// Users without the right to mount get it in a user namespace, where the kernel permits that; their IDs stay what they
/// are: user_namespaces(7).
Result<> own_mounts() {
    const auto parent = getppid();
    const auto user = geteuid();
    const auto group = getegid();
    if (unshare(CLONE_NEWNS) != 0) {
        if (unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0)
            return failed("unshare");
        errno = map_our_own(user, group);
        if (errno != 0)
            return failed("the user namespace");
        end_with(parent); // a change of credentials can clear it
    }
    // Nothing that is mounted here appears elsewhere; what the host unmounts is not kept busy here.
    if (mount(nullptr, "/", nullptr, MS_REC | MS_SLAVE, nullptr) != 0)
        return failed("mount");
    return {};
}

/// Only processes of @loan's user get through: fuse.rst of the kernel, "How do non-privileged mounts work?".
Result<Descriptor> mount_file(const Loan &loan) {
    Descriptor fuse{open(lent_file, O_RDWR | O_CLOEXEC)};
    if (!fuse)
        return failed(lent_file);
    const auto options = sentence("fd=%d,rootmode=100600,user_id=%u,group_id=%u", fuse.get(), loan.user, loan.group);
    const unsigned long flags = MS_NOSUID | MS_NODEV | MS_NOEXEC | (loan.writes ? 0 : MS_RDONLY);
    if (mount("virt-hyper2kvm-part", lent_file, "fuse", flags, options.c_str()) != 0)
        return failed("mount");
    return fuse;
}

/// @input becomes the descriptor 0; -1: none.  @alone: it gets no other above the standard ones.
Result<pid_t> start(const std::vector<std::string> &words, int input, bool alone) {
    std::vector<char *> argv;
    for (const auto &word : words)
        argv.push_back(const_cast<char *>(word.c_str())); // execvp(3) does not change them
    argv.push_back(nullptr);
    const auto parent = getpid();
    const auto child = fork();
    if (child < 0)
        return failed("fork");
    if (child > 0)
        return child;
    end_with(parent);
    if ((input < 0 || dup2(input, STDIN_FILENO) == STDIN_FILENO) && (!alone || close_range(3, ~0U, 0) == 0))
        execvp(argv.front(), argv.data());
    fprintf(stderr, "%s: %s\n", argv.front(), g_strerror(errno));
    _exit(not_started);
}

Result<int> status_of(pid_t child) {
    int status = 0;
    while (waitpid(child, &status, 0) < 0)
        if (errno != EINTR)
            return failed("waitpid");
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

} // namespace

Result<Loan> read_loan(const std::vector<std::string> &words) {
    constexpr std::size_t numbers = 5;
    const auto number = [&](std::size_t i) { return parse_number<std::uint32_t>(words[i]); };
    const bool has_all = words.size() > numbers && (words[0] == "ro" || words[0] == "rw");
    if (!has_all || !number(1) || !number(2) || !number(3) || !number(4) || *number(4) == 0 ||
        *number(4) >= words.size() - numbers)
        return fail(H2K_ERROR_USAGE, "not ro|rw USER GROUP SECONDS COUNT WORD…");
    const auto program = words.begin() + numbers + *number(4);
    return Loan{.writes = words[0] == "rw",
                .user = *number(1),
                .group = *number(2),
                .seconds = *number(3),
                .server = {words.begin() + numbers, program},
                .program = {program, words.end()}};
}

Result<> try_to_lend() {
    H2K_CHECK(own_mounts());
    const auto fuse = H2K_TRY(mount_file({.user = geteuid(), .group = getegid()}));
    return {}; // what is mounted ends with this process, which alone sees it
}

Result<int> lend(const Loan &loan) {
    end_after(loan.seconds);
    H2K_CHECK(own_mounts());
    auto fuse = H2K_TRY(mount_file(loan));
    const auto server = H2K_TRY(start(loan.server, fuse.get(), false));
    fuse.reset(); // else calls would wait for a server that has died
    const auto program = H2K_TRY(start(loan.program, -1, true));
    const int status = H2K_TRY(status_of(program));
    if (umount2(lent_file, 0) != 0)
        return failed("umount");
    const int served = H2K_TRY(status_of(server));
    if (served != 0)
        return fail(H2K_ERROR_SOURCE, "the server of the file ended with status %d", served);
    return status;
}

} // namespace h2k
