// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/model/guest.h"
#include <string>
#include <string_view>
#include <vector>

namespace h2k {

/// A network card's name that stands in a file other than those that configure the network.
struct SeenName {
    std::string name;
    std::string mac;  ///< of the card that had it; empty: not known
    std::string file; ///< the first one that has it
};

/// Names that the guest's cards had while it ran: in leases of DHCP clients, in what cloud-init printed, and in the
/// kernel's log.  Each once, in the order of files; bounded.
[[nodiscard]] Result<std::vector<SeenName>> names_that_were_used(const GuestView &guest);

/// Names in settings of services, in firewalls, units and scripts, which hold for as long as their author knows: each
/// once, in the order of files.  Only names of the kinds that kernels and udev give are recognised.
[[nodiscard]] Result<std::vector<SeenName>> names_in_settings(const GuestView &guest);

/// The words of @text that are names of cards as kernels ("eth0") and udev ("ens192", "enp2s1f0", "eno1") give them.
[[nodiscard]] std::vector<std::string> given_names_in(std::string_view text);

/// Files in which DHCP clients remember their leases, as globs.
[[nodiscard]] const std::vector<const char *> &lease_files();

} // namespace h2k
