// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/check/boot/leftovers.h"
#include "convert/base/files.h"
#include "convert/base/text.h"
#include <csignal>
#include <fcntl.h>
#include <filesystem>
#include <gio/gio.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace h2k {

namespace {

constexpr std::size_t cmdline_limit = 1u << 20;
constexpr const char *lock_name = "boot-test.lock";
constexpr std::size_t name_length = sizeof "h2k-XXXXXX" - 1;

/// Is it a program that libvirt starts for a domain, with an argument that names something in @root?
bool is_of(const std::filesystem::path &process, const std::string &root) {
    std::error_code error;
    const std::string program = std::filesystem::read_symlink(process / "exe", error).filename();
    if (error || (!program.starts_with("qemu-") && program != "swtpm" && program != "virt-hyper2kvm-boot"))
        return false;
    const auto cmdline = read_file((process / "cmdline").string(), cmdline_limit);
    return cmdline &&
           (cmdline->find(root + "/") != std::string::npos || cmdline->find(root + '\0') != std::string::npos);
}

/// Opens the process before it is checked, so that its number cannot be reused before it is killed.
void kill_if_of(const std::filesystem::path &process, const std::string &root) {
    const auto pid = parse_number<unsigned>(process.filename().native(), 1, G_MAXINT);
    if (!pid)
        return;
    const Descriptor opened{static_cast<int>(syscall(SYS_pidfd_open, static_cast<pid_t>(*pid), 0))};
    if (!opened)
        return;
    if (is_of(process, root)) {
        syscall(SYS_pidfd_send_signal, opened.get(), SIGKILL, nullptr, 0);
        struct pollfd death{opened.get(), POLLIN, 0};
        poll(&death, 1, 2000);
    }
}

/// The lock of a folder that is ours and that no process uses; else empty.
Descriptor take_lock(const std::filesystem::path &folder) {
    struct stat of_folder{}, of_lock{};
    const Descriptor opened{open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)};
    // Neither group nor others may write, so nobody else could create the lock.
    if (!opened || fstat(opened.get(), &of_folder) != 0 || of_folder.st_uid != geteuid() ||
        (of_folder.st_mode & 022) != 0)
        return Descriptor{};
    Descriptor lock{openat(opened.get(), lock_name, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)};
    // Without a name it was just removed.
    if (!lock || flock(lock.get(), LOCK_EX | LOCK_NB) != 0 || fstat(lock.get(), &of_lock) != 0 ||
        !S_ISREG(of_lock.st_mode) || of_lock.st_uid != geteuid() || of_lock.st_nlink != 1)
        return Descriptor{};
    return lock;
}

} // namespace

Descriptor lock_boot_folder(const std::string &root) {
    // Gets its final name once it is locked, so that it never appears free while the test runs.
    const std::string path = root + "/" + lock_name, unready = path + ".new";
    Descriptor lock{open(unready.c_str(), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600)};
    if (!lock || flock(lock.get(), LOCK_EX | LOCK_NB) != 0 || rename(unready.c_str(), path.c_str()) != 0)
        return Descriptor{};
    return lock;
}

void remove_abandoned_boot_folders(const std::string &parent) {
    std::error_code error;
    std::filesystem::directory_iterator entry{parent, error};
    for (; !error && entry != std::filesystem::directory_iterator{}; entry.increment(error)) {
        const std::string name = entry->path().filename();
        if (name.size() != name_length || !name.starts_with("h2k-"))
            continue;
        if (const auto lock = take_lock(entry->path())) {
            kill_qemu_of(entry->path());
            remove_boot_folder(entry->path());
        }
    }
}

void kill_qemu_of(const std::string &root) {
    // A second round catches a process that another of them was just starting.
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
