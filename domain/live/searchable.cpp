// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/base/files.h"
#include "convert/base/i18n.h"
#include "domain/live/host.h"
#include <cerrno>
#include <grp.h>
#include <pwd.h>
#include <sys/fsuid.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <thread>
#include <unistd.h>

namespace h2k {

namespace {

/// Its groups as libvirt sets them.
std::vector<gid_t> groups_of(const QemuUser &user) {
    passwd entry{}, *found = nullptr;
    std::vector<char> text(16u << 10);
    if (getpwuid_r(user.uid, &entry, text.data(), text.size(), &found) != 0 || !found)
        return {user.gid};
    std::vector<gid_t> groups(1024);
    int count = static_cast<int>(groups.size());
    if (getgrouplist(entry.pw_name, user.gid, groups.data(), &count) < 0)
        return {user.gid};
    groups.resize(static_cast<std::size_t>(count));
    return groups;
}

/// The first of the folders down to @folder that the calling thread may not pass through; "": none.
std::string closed_folder(const std::string &folder) {
    std::vector<std::string> way;
    for (auto at = folder; at != "/"; at = folder_of(at))
        way.push_back(at);
    for (auto at = way.rbegin(); at != way.rend(); ++at) {
        struct stat found{};
        if (stat((*at + "/.").c_str(), &found) != 0 && errno == EACCES)
            return *at;
    }
    return {};
}

/// What closed_folder() is for @user.  The kernel has the user of file accesses for each thread; the C library would
/// change the groups of all of them.  Source: setfsuid(2), credentials(7).
std::string closed_folder_for(const QemuUser &user, const std::string &folder) {
    std::string closed;
    std::thread{[&] {
        const auto groups = groups_of(user);
        if (syscall(SYS_setgroups, groups.size(), groups.data()) != 0)
            return;
        setfsgid(user.gid);
        setfsuid(user.uid);
        closed = closed_folder(folder);
    }}.join();
    return closed;
}

} // namespace

Result<> require_searchable(const Host &host, const std::string &folder) {
    // Others than root cannot try it, and QEMU as root may enter them all.
    if (!host.local || !host.qemu_user || host.qemu_user->uid == 0 || geteuid() != 0)
        return {};
    const auto closed = closed_folder_for(*host.qemu_user, H2K_TRY(real_path(folder)));
    if (closed.empty())
        return {};
    return fail(H2K_ERROR_TARGET,
                _("QEMU runs as user %u at the target, who may not enter “%s”, so the domain could not start; choose "
                  "another folder, or open it with “chmod o+x”."),
                static_cast<unsigned>(host.qemu_user->uid), closed.c_str());
}

} // namespace h2k
