// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/model/guest.h"
#include "convert/network/nic_files.h"
#include <string>
#include <string_view>
#include <vector>

namespace h2k {

/// A physical network interface that the guest's own configuration mentions.
struct GuestNic {
    std::string name; ///< "ens192"; empty where the configuration identifies the card by its MAC alone
    std::string mac;  ///< lower case with colons; empty where no file pins one
    std::string file; ///< the first file that uses the name
};

/// The interfaces that ifupdown, systemd-networkd, netplan, NetworkManager, ifcfg files, .link files and udev's old
/// persistent rules configure, each once: names of the kind that the guest's kernels give first, in natural order
/// (eth2 before eth10), then the nameless ones by MAC.  Where several files pin a MAC, one that matches the card counts
/// before one that sets the address.  Interfaces made by software (bonds, bridges, VLANs) are left out, and so are
/// cards after the 32nd.
[[nodiscard]] Result<std::vector<GuestNic>> find_guest_nics(const GuestView &guest);
/// The same, from files that were already read; cards after the 32nd are ignored, with a notice in @files.
[[nodiscard]] Result<std::vector<GuestNic>> find_guest_nics(const GuestView &guest, NicFiles &files);

/// Compares eth2 before eth10.
[[nodiscard]] bool natural_less(std::string_view a, std::string_view b);

/// Do the guest's kernels leave the cards at eth0, eth1 …?
[[nodiscard]] Result<bool> uses_kernel_names(const GuestView &guest);

/// Is the file of udev or systemd at @path masked, by being empty or a link to /dev/null?
[[nodiscard]] Result<bool> is_masked(const GuestView &guest, const std::string &path);

} // namespace h2k
