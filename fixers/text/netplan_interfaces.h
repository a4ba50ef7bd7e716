// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/error.h"
#include "convert/model/guest_interface.h"
#include <map>

namespace h2k::text {

/// The name, or where there is none the MAC, of what other entries name by its id; files of one folder share them.
using NetplanNames = std::map<std::string, std::string>;

/// The interfaces of a netplan file, or of cloud-init's network configuration, version 1 or 2; addresses and MACs as
/// they are written.  @settings: only what stands below "network" counts.  Fails as parse_netplan() does.
[[nodiscard]] Result<std::vector<GuestInterface>> parse_network_yaml(std::string_view file, bool settings,
                                                                     NetplanNames &names);

} // namespace h2k::text
