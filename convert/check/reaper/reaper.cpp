// SPDX-License-Identifier: LGPL-2.1-or-later
//
// The process that runs a boot test's domain and cleans up after the job.
//
//   virt-hyper2kvm-boot run ROOT WORK isolated|host kvm|tcg ADDRESSES FILE-SIZE CPU-SECONDS
//
// by boot/domain.cpp, with a socket as standard input; the numbers are those of QemuLimits.
//
// QEMU is a daemon and would survive a job that is killed.  So it runs below this process, which is the reaper of all
// its descendants (PR_SET_CHILD_SUBREAPER): when the socket is closed, for whatever reason, every descendant is killed,
// the folders ROOT and WORK are removed, and then it exits.  libvirt's embedded driver runs in a child of its own: it
// allows one root per process, brings threads and an event loop, and may crash without harm here.
#include "convert/check/reaper/reaper.h"
#include "convert/base/descriptor.h"
#include "convert/base/text.h"
#include "convert/check/boot/leftovers.h"
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <string>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

volatile sig_atomic_t must_end = 0;

/// Parent of a process; 0 if it cannot be determined.  Source: proc(5), /proc/PID/stat.
pid_t parent_of(const char *pid) {
    char text[512];
    const h2k::Descriptor file{open((std::string{"/proc/"} + pid + "/stat").c_str(), O_RDONLY | O_CLOEXEC)};
    if (!file)
        return 0;
    const ssize_t size = read(file.get(), text, sizeof text - 1);
    text[size > 0 ? size : 0] = '\0';
    const char *after_name = strrchr(text, ')');
    return after_name && strlen(after_name) > 4 ? static_cast<pid_t>(strtol(after_name + 4, nullptr, 10)) : 0;
}

/// Kills our children until none is left; the children of a killed one become ours.
void kill_descendants() {
    for (int round = 0; round < 200; round++) {
        if (DIR *proc = opendir("/proc")) {
            while (const dirent *entry = readdir(proc))
                if (entry->d_name[0] >= '1' && entry->d_name[0] <= '9' && parent_of(entry->d_name) == getpid())
                    kill(static_cast<pid_t>(strtol(entry->d_name, nullptr, 10)), SIGKILL);
            closedir(proc);
        }
        pid_t gone = 0;
        while ((gone = waitpid(-1, nullptr, WNOHANG)) > 0)
            ;
        if (gone < 0 && errno == ECHILD)
            return;
        poll(nullptr, 0, 10);
    }
}

/// Passes commands on to the worker until the job or the worker is gone.
void watch(pid_t worker, int commands) {
    for (;;) {
        struct pollfd job{STDIN_FILENO, POLLIN, 0};
        const int ready = poll(&job, 1, 250);
        if (must_end)
            return;
        if (ready > 0) {
            char text[256];
            const ssize_t size = read(STDIN_FILENO, text, sizeof text);
            if (size <= 0 || write(commands, text, static_cast<std::size_t>(size)) != size)
                return;
        }
        for (pid_t gone; (gone = waitpid(-1, nullptr, WNOHANG)) > 0;)
            if (gone == worker)
                return;
    }
}

int run(const char *root, const char *work, bool isolated, bool use_kvm, const h2k::QemuLimits &limits) {
    setsid(); // signals to the job's process group must not reach us
    // The lock of ROOT, if it was passed on: for us and the worker, not for what libvirt starts.
    fcntl(h2k::boot_lock_fd, F_SETFD, FD_CLOEXEC);
    struct sigaction action{};
    action.sa_handler = [](int) { must_end = 1; };
    for (const int number : {SIGTERM, SIGINT, SIGHUP})
        sigaction(number, &action, nullptr);
    signal(SIGPIPE, SIG_IGN);
    int commands[2];
    if (prctl(PR_SET_CHILD_SUBREAPER, 1) != 0 || pipe2(commands, O_CLOEXEC) != 0)
        return 1;
    h2k::Descriptor reading_end{commands[0]};
    const h2k::Descriptor writing_end{commands[1]};
    const pid_t self = getpid();
    const pid_t worker = fork();
    if (worker == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (getppid() != self)
            _exit(1);
        const int job = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3);
        dup2(reading_end.get(), STDIN_FILENO);
        _exit(h2k::run_worker(root, isolated, use_kvm, limits, job));
    }
    reading_end.reset();
    if (worker > 0)
        watch(worker, writing_end.get());
    kill_descendants();
    h2k::remove_boot_folder(root);
    h2k::remove_boot_folder(work);
    static constexpr char bye[] = "bye\n";
    send(STDIN_FILENO, bye, sizeof bye - 1, MSG_NOSIGNAL);
    return 0;
}

} // namespace

int main(int argc, char **argv) {
    if (argc != 9 || strcmp(argv[1], "run") != 0)
        return 2;
    const auto addresses = h2k::parse_number(argv[6]), size = h2k::parse_number(argv[7]),
               seconds = h2k::parse_number(argv[8]);
    if (!addresses || !size || !seconds)
        return 2;
    return run(argv[2], argv[3], strcmp(argv[4], "host") != 0, strcmp(argv[5], "kvm") == 0,
               {.address_space = *addresses, .file_size = *size, .cpu_seconds = *seconds});
}
