// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/error.h"
#include "convert/model/machine.h"
#include "convert/source/hyper_v/description.h"

namespace h2k {

/// Does @head start like an XML document whose root is <configuration>, in UTF-8 or UTF-16?
[[nodiscard]] bool is_hyper_v(std::string_view head);

/// Reads the settings of a machine as Hyper-V up to Windows Server 2012 R2 writes them.  Microsoft describes the format
/// nowhere; what is read: `properties` with name, notes and subtype (generation less one), `settings/processors/count`,
/// `settings/memory/bank/size` in MiB, and for each device of the `manifest` the element that is called like its
/// instance, "_GUID_": `controllerN/driveN` with type and pathname, and MacAddress.  @name: what the file is called in
/// messages.  Everything damaged or not supported is H2K_ERROR_SOURCE.
[[nodiscard]] Result<HyperVSettings> parse_hyper_v(std::string_view text, const std::string &name);

} // namespace h2k
