// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/appliance/hold/hold.h"
#include "convert/base/descriptor.h"
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace h2k::hold {

namespace {

constexpr const char *processes = "/h2k/proc", *root_of_first = "/h2k/proc/1/root";
constexpr std::array folders{"sbin/", "usr/sbin/", "bin/", "usr/bin/"};

/// Covers the program @name of the appliance's root; links there lead nowhere else.
bool cover(const std::string &name) {
    const Descriptor root{open(root_of_first, O_PATH | O_DIRECTORY | O_CLOEXEC)};
    for (const char *folder : folders) {
        struct open_how how{.flags = O_PATH | O_CLOEXEC, .mode = 0, .resolve = RESOLVE_IN_ROOT};
        const Descriptor file{
            static_cast<int>(syscall(SYS_openat2, root.get(), (folder + name).c_str(), &how, sizeof how))};
        if (!file)
            continue;
        const auto to = std::string{processes} + "/self/fd/" + std::to_string(file.get());
        if (mount(own_path, to.c_str(), nullptr, MS_BIND, nullptr) == 0)
            return true;
        std::perror(name.c_str());
        return false;
    }
    return false;
}

void cover_all() {
    if (!cover(last_program))
        return;
    for (const char *scan : scans)
        cover(scan);
}

bool has_other_root() {
    struct stat own{}, its{};
    return stat("/", &own) == 0 && stat(root_of_first, &its) == 0 &&
           (own.st_dev != its.st_dev || own.st_ino != its.st_ino);
}

/// Follows the first process until it runs the /init of the appliance's root, where it stands still: ptrace(2).
void follow(Descriptor started) {
    const bool good = ptrace(PTRACE_SEIZE, 1, nullptr, PTRACE_O_TRACEEXEC) == 0;
    if (!good)
        std::perror("ptrace");
    started.reset();
    int status = 0;
    while (good && waitpid(1, &status, __WALL) == 1 && WIFSTOPPED(status)) {
        const int event = status >> 16;
        if (event == PTRACE_EVENT_EXEC && has_other_root()) {
            cover_all();
            ptrace(PTRACE_DETACH, 1, nullptr, nullptr);
            return;
        }
        const long signal = event ? 0 : WSTOPSIG(status);
        ptrace(PTRACE_CONT, 1, nullptr, signal);
    }
}

} // namespace

int begin(char **argv, char **environment) {
    mkdir(processes, 0700);
    int ends[2];
    if (mount("proc", processes, "proc", 0, nullptr) != 0 || pipe2(ends, O_CLOEXEC) != 0)
        return 1;
    Descriptor waits{ends[0]}, started{ends[1]};
    if (fork() == 0) {
        waits.reset();
        follow(std::move(started));
        _exit(0);
    }
    started.reset();
    char none = 0;
    while (read(waits.get(), &none, 1) < 0 && errno == EINTR)
        ;
    char init[] = "/init";
    argv[0] = init;
    execve(init, argv, environment);
    return 127;
}

} // namespace h2k::hold
