// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/model/machine.h"
#include "convert/source/ovf/envelope.h"
#include <map>
#include <span>

namespace h2k {

/// One controller of drives.
struct OvfController {
    Bus bus = Bus::scsi;
    std::size_t rank = 0; ///< its place among all controllers
};

/// The controllers of drives among @items by their InstanceID, in the order in which the firmware sees them, as far as
/// an envelope shows it: kinds in the order in which the first of each appears, and those of one kind by their Address,
/// since VMware writes the second IDE channel before the first.
[[nodiscard]] std::map<std::string, OvfController> ovf_controllers(std::span<const OvfItem> items);

} // namespace h2k
