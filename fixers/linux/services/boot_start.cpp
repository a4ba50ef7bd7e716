// SPDX-License-Identifier: LGPL-2.1-or-later
#include "fixers/linux/services/boot_start.h"
#include "convert/base/text.h"
#include "fixers/text/edit.h"

namespace h2k {

namespace {

Result<> start_by_systemd(RequestedChanges &requested, const BootStart &start, const char *reason) {
    const std::string unit = std::string{start.name} + ".service", folder = "/etc/systemd/system/";
    H2K_CHECK(requested.file({folder + unit, start.unit}, reason));
    return requested.link({folder + "multi-user.target.wants/" + unit, folder + unit}, reason);
}

Result<> start_by_openrc(RequestedChanges &requested, const BootStart &start, const char *reason) {
    const auto script = std::string{"/etc/init.d/"} + start.name;
    H2K_CHECK(requested.file({script, start.openrc_script, 0755}, reason));
    return requested.link({std::string{"/etc/runlevels/default/"} + start.name, script}, reason);
}

/// At the end of rc.local, before the "exit 0" that many end with.
Result<> start_by_rc_local(RequestedChanges &requested, const std::string &path, const BootStart &start,
                           const char *reason) {
    auto file = H2K_TRY(requested.read(path)).value_or("#!/bin/sh\n");
    if (file.find(start.rc_line) != std::string::npos)
        return {};
    if (!file.ends_with('\n'))
        file += '\n';
    std::size_t at = file.size();
    for (const auto &line : text::lines_of(file))
        if (trim(line.content) == "exit 0")
            at = line.at;
    file.insert(at, start.rc_line);
    return requested.file({path, file, 0755}, reason);
}

Result<> start_by_sysv(RequestedChanges &requested, const BootStart &start, const char *reason) {
    const auto levels = H2K_TRY(run_levels_of(requested.guest()));
    if (levels.has_depends)
        return start_by_rc_local(
            requested, levels.levels == "/etc/init.d" ? "/etc/init.d/after.local" : "/etc/rc.local", start, reason);
    const std::string name = start.name;
    H2K_CHECK(requested.file({levels.scripts + "/" + name, start.init_script, 0755}, reason));
    for (const char level : {'2', '3', '4', '5'})
        H2K_CHECK(requested.link({levels.levels + "/rc" + level + ".d/S99" + name, levels.to_scripts + name}, reason));
    return {};
}

} // namespace

Result<> start_at_boot(RequestedChanges &requested, InitSystem init, const BootStart &start, const char *reason) {
    switch (init) {
    case InitSystem::systemd: return start_by_systemd(requested, start, reason);
    case InitSystem::openrc: return start_by_openrc(requested, start, reason);
    case InitSystem::sysv: return start_by_sysv(requested, start, reason);
    default: return start_by_rc_local(requested, "/etc/rc.local", start, reason);
    }
}

} // namespace h2k
