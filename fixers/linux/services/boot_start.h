// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "fixers/linux/requested_changes.h"
#include "fixers/linux/services/init_system.h"

namespace h2k {

/// What a guest starts when it boots, as each init system wants it.  All texts are static.
struct BootStart {
    const char *name;          ///< of the unit, without ".service", and of the init scripts
    const char *unit;          ///< of systemd; multi-user.target wants it
    const char *openrc_script; ///< for the run level "default"
    const char *init_script;   ///< of System V, for the run levels 2 to 5
    const char *rc_line;       ///< for an rc.local, with its line end: where insserv orders the scripts
};

/// Plans that the guest starts @start at each boot; an unknown init system is taken for one that runs rc.local.
[[nodiscard]] Result<> start_at_boot(RequestedChanges &requested, InitSystem init, const BootStart &start,
                                     const char *reason);

} // namespace h2k
