// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/check/reaper/isolation.h"
#include "convert/base/descriptor.h"
#include "convert/base/process/own_user.h"
#include <cerrno>
#include <fcntl.h>
#include <sched.h>
#include <string>
#include <sys/mount.h>
#include <unistd.h>

namespace h2k {

namespace {

constexpr int own_namespaces = CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS;

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
