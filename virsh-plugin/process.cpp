// SPDX-License-Identifier: LGPL-2.1-or-later
#include "virsh-plugin/process.h"
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <initializer_list>
#include <sys/resource.h>
#include <unistd.h>

namespace cli {

namespace {

/// open(2) gives the lowest number that is free: with those below in use, it is @standard.
void hold(int standard) {
    if (fcntl(standard, F_GETFD) >= 0)
        return;
    if (open("/dev/null", O_RDONLY) != standard)
        std::abort();
}

/// A limit of one byte and not of none: the kernel passes the dump to a program in core_pattern whatever the limit,
/// except with this one (do_coredump() in fs/coredump.c), and to a file with neither.
void dump_no_core() {
    rlimit limit{};
    if (getrlimit(RLIMIT_CORE, &limit) != 0)
        return;
    limit.rlim_cur = limit.rlim_max == 0 ? 0 : 1;
    setrlimit(RLIMIT_CORE, &limit);
}

} // namespace

void prepare_process() {
    for (const int standard : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
        hold(standard);
    std::signal(SIGPIPE, SIG_IGN);
    dump_no_core();
}

} // namespace cli
