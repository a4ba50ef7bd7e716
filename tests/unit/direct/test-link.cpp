// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/base/process/programs.h"
#include "convert/direct/link.h"
#include "tests/support/test_folder.h"
#include <csignal>
#include <filesystem>
#include <sys/time.h>

using namespace h2k;
using test::unwrap;

namespace {

/// Signals come while a program takes its time to end, as SIGCHLD does when the program ends before its socket.
void ends_among_signals() {
    const test::TestFolder folder;
    std::filesystem::permissions(folder / ".", std::filesystem::perms{0755});
    std::filesystem::create_symlink(own_program("virt-hyper2kvm-confine"), folder / "virt-hyper2kvm-confine");
    const auto program = folder / "virt-hyper2kvm-fs";
    unwrap(write_file(program, "#!/bin/sh\ncat > /dev/null\nsleep 0.5\n"));
    std::filesystem::permissions(program, std::filesystem::perms{0755});
    g_setenv("VIRT_HYPER2KVM_LIBEXEC", (folder / "").c_str(), TRUE);

    struct sigaction quiet{};
    quiet.sa_handler = [](int) {};
    quiet.sa_flags = SA_RESTART;
    g_assert_cmpint(sigaction(SIGALRM, &quiet, nullptr), ==, 0);
    const itimerval often{.it_interval = {.tv_sec = 0, .tv_usec = 20'000},
                          .it_value = {.tv_sec = 0, .tv_usec = 20'000}};
    auto link = unwrap(FsLink::start({.sockets = {}}, nullptr));
    g_assert_cmpint(setitimer(ITIMER_REAL, &often, nullptr), ==, 0);
    auto ended = link.finish();
    const itimerval never{};
    setitimer(ITIMER_REAL, &never, nullptr);
    unwrap(std::move(ended));
}

} // namespace

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, nullptr);
    g_test_add_func("/link/signals", ends_among_signals);
    return g_test_run();
}
