// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/model/guest.h"
#include "convert/model/inspection.h"
#include <string>
#include <vector>

namespace h2k {

/// A physical network interface that the guest's own configuration speaks of.
struct GuestNic {
    std::string name; ///< "ens192"; empty where the configuration knows the card by its MAC alone
    std::string mac;  ///< lower case with colons; empty where no file pins one
    std::string file; ///< the first file that uses the name
};

/// The interfaces that ifupdown, systemd-networkd, netplan, NetworkManager, ifcfg files, .link files and udev's old
/// persistent rules configure, each once: names of the kind that the guest's kernels give first, in natural order
/// (eth2 before eth10), then the nameless ones by MAC.  Where several files pin a MAC, one that matches the card counts
/// before one that sets the address.  Interfaces made by software (bonds, bridges, VLANs) are left out.
[[nodiscard]] Result<std::vector<GuestNic>> find_guest_nics(const GuestView &guest, const Inspection &facts);

} // namespace h2k
