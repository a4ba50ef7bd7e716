// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "fixers/linux/wanted.h"

namespace h2k {

enum class ServiceState { enabled, disabled, masked };

/// A unit's links as systemctl(1) makes and removes them: those of its [Install] section.  False: there is no such
/// unit.
[[nodiscard]] Result<bool> set_systemd_unit(Wanted &wanted, const std::string &unit, ServiceState state);
/// The links of /etc/runlevels.  Here and below, @name has no suffix; masked is disabled.
[[nodiscard]] Result<bool> set_openrc_service(Wanted &wanted, const std::string &name, ServiceState state);
/// The links of /etc/rcN.d that the script's header asks for, or Upstart's override.
[[nodiscard]] Result<bool> set_sysv_service(Wanted &wanted, const std::string &name, ServiceState state);

} // namespace h2k
