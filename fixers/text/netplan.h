// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/error.h"
#include "fixers/text/edit.h"
#include <optional>

namespace h2k::text {

/// One member of network.ethernets of a netplan file.
struct NetplanEthernet {
    std::string id;
    std::optional<Piece> match_name, match_mac, match_driver; ///< match_driver: the scalar, where it is one
    bool matches = false;                                     ///< it has a "match"; else its id is the interface's name
    unsigned match_keys = 0;
    std::optional<Piece> set_name, mac; ///< mac: "macaddress", which the interface is given
};
/// What a netplan file says of ethernet cards, with the places of the values.  Fails on what is no YAML or nested
/// deeper than such a file is.  Source: the netplan reference, "netplan.readthedocs.io", ethernets.
[[nodiscard]] Result<std::vector<NetplanEthernet>> parse_netplan(std::string_view file);

} // namespace h2k::text
