// SPDX-License-Identifier: LGPL-2.1-or-later
#include "fixers/linux/services/init_system.h"

namespace h2k {

namespace {

Result<bool> any(const GuestView &guest, std::initializer_list<const char *> globs) {
    for (const auto *glob : globs)
        if (H2K_TRY(guest.exists(glob)))
            return true;
    return false;
}

} // namespace

Result<InitSystem> init_system_of(const GuestView &guest, const LinuxFacts &facts) {
    if (facts.init == "systemd")
        return InitSystem::systemd;
    if (H2K_TRY(any(guest, {"/etc/runlevels/default", "/sbin/openrc", "/usr/sbin/openrc"})))
        return InitSystem::openrc;
    if (H2K_TRY(any(guest, {"/etc/rc.d/rc3.d", "/etc/init.d/rc3.d", "/etc/rc3.d"})))
        return InitSystem::sysv;
    return InitSystem::unknown;
}

Result<RunLevels> run_levels_of(const GuestView &guest) {
    RunLevels found{.scripts = "/etc/init.d", .levels = "/etc", .to_scripts = "../init.d/"};
    found.has_depends = H2K_TRY(guest.exists("/etc/init.d/.depend.start"));
    if (H2K_TRY(guest.exists("/etc/init.d/rc3.d"))) // SUSE, whose /etc/rc.d is a link
        found = {
            .scripts = "/etc/init.d", .levels = "/etc/init.d", .to_scripts = "../", .has_depends = found.has_depends};
    else if (H2K_TRY(guest.exists("/etc/rc.d/rc3.d")))
        found.scripts = "/etc/rc.d/init.d", found.levels = "/etc/rc.d";
    return found;
}

} // namespace h2k
