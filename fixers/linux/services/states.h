// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "fixers/linux/requested_changes.h"

namespace h2k {

enum class ServiceState { enabled, disabled, masked };

/// A unit's links as systemctl(1) makes and removes them: those of its [Install] section.  False: no such unit.
[[nodiscard]] Result<bool> set_systemd_unit(RequestedChanges &requested, const std::string &unit, ServiceState state);
/// The links of /etc/runlevels.  Here and below, @name has no suffix; masked is disabled.
[[nodiscard]] Result<bool> set_openrc_service(RequestedChanges &requested, const std::string &name, ServiceState state);
/// The links in /etc/rcN.d that the script's header names, or Upstart's override.
[[nodiscard]] Result<bool> set_sysv_service(RequestedChanges &requested, const std::string &name, ServiceState state);

} // namespace h2k
