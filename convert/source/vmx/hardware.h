// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/model/machine.h"
#include "convert/source/vmx/description.h"
#include "convert/source/vmx/text.h"

namespace h2k {

/// What machine the settings describe.  @name: what the file is called in messages.  A machine whose settings are
/// encrypted, and disks that are no files or whose newest data is elsewhere, are H2K_ERROR_SOURCE.
///
/// The order of disks: those of `bios.hddOrder` (https://knowledge.broadcom.com/external/article/326326), then IDE,
/// SCSI, SATA and NVMe ones, each by controller and unit: VMware's BIOS tries its own IDE channels before the option
/// ROMs of add-in controllers.
[[nodiscard]] Result<VmxHardware> vmx_hardware(const VmxSettings &settings, const std::string &name);

} // namespace h2k
