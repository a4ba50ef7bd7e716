// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/check/leftovers.h"
#include "convert/base/files.h"
#include <csignal>
#include <filesystem>
#include <gio/gio.h>
#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace h2k {

namespace {

constexpr std::size_t cmdline_limit = 1u << 20;

/// Is it a program that libvirt starts for a domain, and does an argument of it name something in @root?
bool is_of(const std::filesystem::path &process, const std::string &root) {
    std::error_code error;
    const std::string program = std::filesystem::read_symlink(process / "exe", error).filename();
    if (error || (!program.starts_with("qemu-") && program != "swtpm" && program != "virt-hyper2kvm-boot"))
        return false;
    const auto cmdline = read_file((process / "cmdline").string(), cmdline_limit);
    return cmdline &&
           (cmdline->find(root + "/") != std::string::npos || cmdline->find(root + '\0') != std::string::npos);
}

/// Opens the process before it is looked at, so that its number cannot be another's when it is killed.
void kill_if_of(const std::filesystem::path &process, const std::string &root) {
    guint64 pid = 0;
    const std::string name = process.filename();
    if (!g_ascii_string_to_unsigned(name.c_str(), 10, 1, G_MAXINT, &pid, nullptr))
        return;
    const auto fd = static_cast<int>(syscall(SYS_pidfd_open, static_cast<pid_t>(pid), 0));
    if (fd < 0)
        return;
    if (is_of(process, root)) {
        syscall(SYS_pidfd_send_signal, fd, SIGKILL, nullptr, 0);
        struct pollfd death{fd, POLLIN, 0};
        poll(&death, 1, 2000);
    }
    close(fd);
}

} // namespace

void kill_qemu_of(const std::string &root) {
    // Twice, for a process that was just being started by another one of them.
    for (int round = 0; round < 2; round++) {
        std::error_code error;
        std::filesystem::directory_iterator entry{"/proc", error};
        for (; !error && entry != std::filesystem::directory_iterator{}; entry.increment(error))
            kill_if_of(entry->path(), root);
    }
}

void remove_boot_folder(const std::string &path) {
    std::error_code ignored;
    if (base_name(path).starts_with("h2k-"))
        std::filesystem::remove_all(path, ignored);
}

} // namespace h2k
