// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/notice.h"
#include "convert/model/guest.h"
#include "convert/model/guest_interface.h"

namespace h2k {

/// The interfaces that ifupdown, netplan, systemd-networkd, NetworkManager, ifcfg files of RHEL and SUSE, wicked,
/// dhcpcd and cloud-init's own settings configure; each once for each of these programs, and at most 128.  .link files
/// and udev's persistent rules add MACs.  Files that are not read get a notice.
[[nodiscard]] Result<std::vector<GuestInterface>> find_interfaces(const GuestView &guest, Notices &notices);

} // namespace h2k
