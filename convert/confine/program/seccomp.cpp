// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/base/owned.h"
#include "convert/confine/program/steps.h"
#include <array>
#include <cerrno>
#include <sched.h>
#include <seccomp.h>
#include <sys/socket.h>

namespace h2k {

namespace {

struct Filter {
    scmp_filter_ctx context;
    explicit Filter(scmp_filter_ctx made) : context(made) {}
    Filter(const Filter &) = delete;
    Filter &operator=(const Filter &) = delete;
    ~Filter() { seccomp_release(context); }
};

/// Whole groups as systemd has them (@mount, @module, @reboot, @swap, @privileged, @debug, @keyring, @clock …), as far
/// as neither QEMU's programs nor a parser needs them.
constexpr std::array refused{
    "acct",
    "add_key",
    "adjtimex",
    "bpf",
    "chroot",
    "clock_adjtime",
    "clock_settime",
    "create_module",
    "delete_module",
    "fanotify_init",
    "finit_module",
    "fsconfig",
    "fsmount",
    "fsopen",
    "fspick",
    "init_module",
    "io_uring_enter",
    "io_uring_register",
    "io_uring_setup",
    "ioperm",
    "iopl",
    "kcmp",
    "kexec_file_load",
    "kexec_load",
    "keyctl",
    "lookup_dcookie",
    "mknod",
    "mknodat",
    "modify_ldt",
    "mount",
    "mount_setattr",
    "move_mount",
    "name_to_handle_at",
    "nfsservctl",
    "open_by_handle_at",
    "open_tree",
    "perf_event_open",
    "personality",
    "pidfd_getfd",
    "pidfd_open",
    "pivot_root",
    "process_vm_readv",
    "process_vm_writev",
    "ptrace",
    "quotactl",
    "quotactl_fd",
    "reboot",
    "request_key",
    "sethostname",
    "setdomainname",
    "setns",
    "settimeofday",
    "stime",
    "swapoff",
    "swapon",
    "syslog",
    "umount",
    "umount2",
    "unshare",
    "userfaultfd",
    "ustat",
    "vhangup",
    "vm86",
    "setuid",
    "setgid",
    "setreuid",
    "setregid",
    "setresuid",
    "setresgid",
    "setfsuid",
    "setfsgid",
    "setgroups",
    "capset",
};
constexpr std::array to_connect{"socket", "connect", "bind", "listen"};

bool refuse(const Filter &filter, const char *name, std::uint32_t action = SCMP_ACT_ERRNO(EPERM)) {
    const int number = seccomp_syscall_resolve_name(name);
    return number == __NR_SCMP_ERROR || number < 0 || seccomp_rule_add(filter.context, action, number, 0) == 0;
}

bool refuse_namespaces(const Filter &filter) {
    bool good = true;
    for (const std::uint64_t one :
         {CLONE_NEWNS, CLONE_NEWCGROUP, CLONE_NEWUTS, CLONE_NEWIPC, CLONE_NEWUSER, CLONE_NEWPID, CLONE_NEWNET})
        good = good && seccomp_rule_add(filter.context, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(clone), 1,
                                        SCMP_A0(SCMP_CMP_MASKED_EQ, one, one)) == 0;
    // Its flags lie in memory, out of a filter's reach; the C library then uses clone().
    return good && refuse(filter, "clone3", SCMP_ACT_ERRNO(ENOSYS));
}

/// Only UNIX sockets, if any.
bool refuse_sockets(const Filter &filter, bool unix_sockets) {
    if (unix_sockets)
        return seccomp_rule_add(filter.context, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(socket), 1,
                                SCMP_A0(SCMP_CMP_NE, AF_UNIX)) == 0;
    bool good = true;
    for (const char *name : to_connect)
        good = good && refuse(filter, name);
    return good;
}

} // namespace

Result<> leave_system_calls(const Orders &orders) {
    const Filter filter{seccomp_init(SCMP_ACT_ALLOW)};
    bool good = filter.context != nullptr;
    for (const char *name : refused)
        good = good && refuse(filter, name);
    good = good && refuse_namespaces(filter) && refuse_sockets(filter, orders.unix_sockets);
    if (!good || seccomp_load(filter.context) != 0)
        return fail(H2K_ERROR_FAILED, "seccomp: %s", g_strerror(errno));
    return {};
}

} // namespace h2k
