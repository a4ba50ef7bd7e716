// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/check/reaper/isolation.h"
#include "convert/base/descriptor.h"
#include <cerrno>
#include <fcntl.h>
#include <sched.h>
#include <string>
#include <sys/mount.h>
#include <unistd.h>

namespace h2k {

namespace {

constexpr int own_namespaces = CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS;

int write_setting(const char *path, const std::string &text) {
    const Descriptor file{open(path, O_WRONLY | O_CLOEXEC)};
    if (!file)
        return errno;
    const auto done = write(file.get(), text.data(), text.size());
    return done == static_cast<ssize_t>(text.size()) ? 0 : done < 0 ? errno : EIO;
}

/// Source: user_namespaces(7): one ID may be mapped without privilege, and a group only once setgroups is denied.
int map_our_own(uid_t user, gid_t group) {
    const auto map = [](unsigned id) { return std::to_string(id) + " " + std::to_string(id) + " 1"; };
    if (const int failed = write_setting("/proc/self/setgroups", "deny"); failed != 0)
        return failed;
    if (const int failed = write_setting("/proc/self/gid_map", map(group)); failed != 0)
        return failed;
    return write_setting("/proc/self/uid_map", map(user));
}

} // namespace

int leave_host_network() {
    const auto user = geteuid();
    const auto group = getegid();
    if (unshare(own_namespaces) == 0)
        return 0;
    if (errno != EPERM || user == 0) // root could then not make QEMU somebody else
        return errno;
    if (unshare(CLONE_NEWUSER | own_namespaces) != 0)
        return errno;
    return map_our_own(user, group);
}

void hide_kvm(const char *nothing) {
    constexpr const char *device = "/dev/kvm";
    if (geteuid() != 0 || access(device, F_OK) != 0)
        return;
    const Descriptor file{open(nothing, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0)};
    if (!file || unshare(CLONE_NEWNS) != 0 || mount(nullptr, "/", nullptr, MS_REC | MS_SLAVE, nullptr) != 0)
        return;
    (void)mount(nothing, device, nullptr, MS_BIND, nullptr);
}

} // namespace h2k
