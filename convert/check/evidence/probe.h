// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/model/change.h"
#include <string>
#include <vector>

namespace h2k {

/// Installs the probe in a throw-away overlay: a script, units, and drop-ins, all as plain files.  Before any service
/// starts, it asks on /dev/ttyS1 for the word that its report will carry, see ProbeDialogue.  Once the guest is up (or
/// in systemd's emergency mode) it writes the lines that ProbeReport reads to /dev/ttyS0, and turns the machine off.
/// Includes hold_first_boot().
[[nodiscard]] std::vector<Change> probe_changes();

/// Keeps the scripts of the first boot from running in a throw-away overlay, whatever starts them.
[[nodiscard]] Change hold_first_boot();

/// 32 hexadecimal digits, of which 30 are random.
[[nodiscard]] std::string new_nonce();

} // namespace h2k
