// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/model/change.h"
#include <string>
#include <vector>

namespace h2k {

/// Installs the probe in a throw-away overlay: a script, a unit, and drop-ins that pull the unit in, all as plain
/// files. Once the guest is up (or in systemd's emergency mode) it writes the lines that ProbeReport reads to
/// /dev/ttyS0, each with @nonce in it, and turns the machine off.  Includes hold_first_boot().
[[nodiscard]] std::vector<Change> probe_changes(const std::string &nonce);

/// Keeps the scripts of the first boot from running in a throw-away overlay, whatever starts them.
[[nodiscard]] Change hold_first_boot();

/// 16 random hexadecimal digits.
[[nodiscard]] std::string new_nonce();

} // namespace h2k
