// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/network/nic_files.h"
#include "fixers/fixer.h"
#include "fixers/linux/network/pairs.h"

namespace h2k {

/// Removes rules that name network cards of the old machine from /etc/udev/rules.d.  With @write the interfaces of
/// @pairs get rules of their own in 70-persistent-net.rules, as udev's old generator would write them; with @systemd
/// they also match a card that was renamed in the initramfs.
void plan_net_rules(const NicFiles &files, const NicPairs &pairs, bool write, bool systemd, Finding &finding);

} // namespace h2k
