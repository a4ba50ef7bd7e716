// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "fixers/fixer.h"

namespace h2k {

/// What starts a guest's services.
enum class InitSystem { systemd, openrc, sysv, unknown };
[[nodiscard]] Result<InitSystem> init_system_of(const GuestView &guest, const LinuxFacts &facts);

/// The folders of a System V init: its scripts and, by run level, the links to them.
struct RunLevels {
    std::string scripts;      ///< "/etc/init.d"
    std::string levels;       ///< "/etc/rc.d", which has "rc3.d" and so on
    std::string to_scripts;   ///< from a level's folder to the scripts: "../init.d/"
    bool has_depends = false; ///< only what insserv has recorded starts (Debian 6 to 8, SLES 11)
};
[[nodiscard]] Result<RunLevels> run_levels_of(const GuestView &guest);

} // namespace h2k
