// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/base/descriptor.h"
#include "convert/confine/program/steps.h"
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace h2k {

namespace {

/// It may open again what it was handed, whoever owns that.
constexpr unsigned kept = CAP_DAC_OVERRIDE;
constexpr int own_namespaces = CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS;

std::unexpected<Error> failed(const char *what) { return fail(H2K_ERROR_FAILED, "%s: %s", what, g_strerror(errno)); }

void write_map(const char *path, const std::string &text) {
    const Descriptor file{open(path, O_WRONLY | O_CLOEXEC)};
    // Without a map, the programs have no IDs of their own, and run all the same.
    [[maybe_unused]] const int why = file ? write_all(file.get(), text) : errno;
}

/// Maps our IDs to themselves in a new user namespace: user_namespaces(7).
void keep_ids(uid_t user, gid_t group) {
    write_map("/proc/self/setgroups", "deny");
    write_map("/proc/self/uid_map", std::to_string(user) + " " + std::to_string(user) + " 1");
    write_map("/proc/self/gid_map", std::to_string(group) + " " + std::to_string(group) + " 1");
}

void leave_user_namespace() {
    const auto user = geteuid();
    const auto group = getegid();
    prctl(PR_SET_DUMPABLE, 1, 0, 0, 0); // else the maps belong to root, after a change of the user
    if (unshare(CLONE_NEWUSER | own_namespaces) == 0)
        keep_ids(user, group);
}

/// What nothing that it starts can have either: capabilities(7), "Capability bounding set".
Result<> drop_bounds(bool keeps_one) {
    for (unsigned capability = 0; prctl(PR_CAPBSET_READ, capability, 0, 0, 0) >= 0; ++capability)
        if ((capability != kept || !keeps_one) && prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) != 0 && errno != EPERM)
            return failed("PR_CAPBSET_DROP");
    return {};
}

/// Of all capabilities, root keeps one at most: capabilities(7), "Transformation of capabilities during execve()".
Result<> drop_capabilities() {
    H2K_CHECK(drop_bounds(geteuid() == 0));
    prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
    __user_cap_header_struct header{.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
    __user_cap_data_struct have[2]{}, sets[2]{};
    if (syscall(SYS_capget, &header, have) != 0)
        return failed("capget");
    if (geteuid() == 0)
        sets[0].effective = sets[0].permitted = have[0].permitted & (1u << kept);
    if (syscall(SYS_capset, &header, sets) != 0)
        return failed("capset");
    return {};
}

Result<> become(const Orders &orders) {
    if (setgroups(orders.groups.size(), orders.groups.data()) != 0)
        return failed("setgroups");
    if (setresgid(orders.group, orders.group, orders.group) != 0)
        return failed("setresgid");
    if (setresuid(orders.user, orders.user, orders.user) != 0)
        return failed("setresuid");
    return {};
}

Result<> limit(int what, const char *name, std::uint64_t most) {
    struct rlimit now{};
    if (getrlimit(static_cast<__rlimit_resource>(what), &now) != 0)
        return failed(name);
    now.rlim_max = std::min<rlim_t>(now.rlim_max, most);
    now.rlim_cur = std::min(now.rlim_cur, now.rlim_max);
    if (setrlimit(static_cast<__rlimit_resource>(what), &now) != 0)
        return failed(name);
    return {};
}

} // namespace

Result<> enter_folder(const Orders &orders) {
    if (orders.folder.empty())
        return {};
    const Descriptor folder{open(orders.folder.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)};
    if (!folder || fchdir(folder.get()) != 0 || setenv("TMPDIR", ".", 1) != 0)
        return failed(orders.folder.c_str());
    return {};
}

bool leave_namespaces(const Orders &orders) {
    // Without sockets there is nothing to reach, and a network namespace takes time.
    return (!orders.unix_sockets && !orders.namespaces) || unshare(own_namespaces) == 0;
}

Result<> drop_power(const Orders &orders, bool apart) {
    const auto parent = getppid();
    if (orders.has_user) {
        H2K_CHECK(drop_bounds(false)); // later it may not
        H2K_CHECK(become(orders));
    }
    // After that: in a new user namespace, there is no other user to become.
    if (!apart)
        leave_user_namespace();
    H2K_CHECK(drop_capabilities());
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        return failed("PR_SET_NO_NEW_PRIVS");
    // A change of the user clears this.
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent)
        raise(SIGKILL);
    umask(0077);
    return {};
}

Result<> set_limits(const Orders &orders) {
    H2K_CHECK(limit(RLIMIT_CORE, "RLIMIT_CORE", 0));
    if (orders.cpu_seconds)
        H2K_CHECK(limit(RLIMIT_CPU, "RLIMIT_CPU", orders.cpu_seconds));
    if (orders.file_size)
        H2K_CHECK(limit(RLIMIT_FSIZE, "RLIMIT_FSIZE", orders.file_size));
    if (orders.memory)
        H2K_CHECK(limit(RLIMIT_AS, "RLIMIT_AS", orders.memory));
    return {};
}

} // namespace h2k
