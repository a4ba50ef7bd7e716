// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/error.h"
#include "convert/source/vmx/description.h"
#include "convert/source/vmx/text.h"

namespace h2k {

/// Adds the hard disks and the CD-ROM drives of @settings to @into.  Errors as of vmx_hardware.
[[nodiscard]] Result<> add_vmx_drives(VmxHardware &into, const VmxSettings &settings, const std::string &name);

/// Adds the devices that no domain gets to Machine::not_carried.
void add_vmx_lost_devices(VmxHardware &into, const VmxSettings &settings);

/// Adds the network cards.
[[nodiscard]] Result<> add_vmx_nics(VmxHardware &into, const VmxSettings &settings, const std::string &name);

} // namespace h2k
