// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include <optional>
#include <string>
#include <vector>

namespace h2k {

/// A network interface as files of the guest configure it.  Names and addresses are the guest's own text.
struct GuestInterface {
    std::string name; ///< "ens192", or patterns ("en*"); empty where a card is identified by its MAC alone
    std::string kind; ///< "ethernet", "bond", "bridge", "vlan", "team", "wifi", …
    std::string mac;  ///< lower case with colons; empty where nothing pins one
    std::vector<std::string> members;   ///< of a bond, bridge or team: names
    std::string parent;                 ///< of a VLAN or the like: a name
    std::optional<unsigned> vlan;       ///< its number
    std::vector<std::string> addresses; ///< with the length of the prefix, where it is given
    bool dhcp4 = false;
    bool dhcp6 = false;                ///< it is asked for; an IPv6 router can demand it of others, too
    std::vector<std::string> gateways; ///< of default routes
    std::string backend; ///< whose file it is: "ifupdown", "netplan", "networkd", "networkmanager", "ifcfg",
                         ///< "sysconfig" (of SUSE), "wicked", "dhcpcd", "netifrc", "rc.inet1", "etcnet", "cloud-init"
    std::string file;    ///< the first file that says so
};

} // namespace h2k
