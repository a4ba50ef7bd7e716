// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/check/kvm/kvm.h"
#include "convert/base/descriptor.h"
#include "convert/check/kvm/vcpu.h"
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <mutex>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>
extern "C" { // missing in glibc 2.36
#include <sys/pidfd.h>
}

namespace h2k {

namespace {

constexpr int limit_ms = 1500;

/// Runs in the child, which was forked from a process with threads and may only make system calls.
[[noreturn]] void probe_in_child(int answer) {
    signal(SIGALRM, SIG_DFL);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, nullptr);
    alarm(2); // ends the child if the parent dies first
    const bool works = run_test_vcpu();
    if (works && write(answer, "y", 1) != 1)
        _exit(2);
    _exit(works ? 0 : 1);
}

bool wait_for_answer(int from) {
    struct pollfd waiting{from, POLLIN, 0};
    char answer = 0;
    return poll(&waiting, 1, limit_ms) == 1 && read(from, &answer, 1) == 1 && answer == 'y';
}

/// Kills and reaps the child, without waiting long for one that hangs in the kernel.
void reap(pid_t child) {
    constexpr int longest_ms = 200;
    const Descriptor process{pidfd_open(child, 0)};
    kill(child, SIGKILL);
    pollfd ended{process.get(), POLLIN, 0};
    poll(&ended, 1, longest_ms);
    waitpid(child, nullptr, WNOHANG);
}

bool probe() {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0)
        return false;
    const Descriptor answer{ends[0]};
    Descriptor asked{ends[1]};
    const pid_t child = fork();
    if (child == 0)
        probe_in_child(asked.get());
    asked.reset();
    const bool works = child > 0 && wait_for_answer(answer.get());
    if (child > 0)
        reap(child);
    return works;
}

} // namespace

// A child process runs the vCPU: whatever KVM does, a signal ends the child, and the calling program needs no signal
// handler, timer or thread.
bool kvm_works() {
    static std::once_flag once;
    static bool works = false;
    std::call_once(once, [] { works = probe(); });
    return works;
}

} // namespace h2k
