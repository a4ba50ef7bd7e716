// SPDX-License-Identifier: LGPL-2.1-or-later
// The parts of linux.disk-names.
#pragma once
#include "fixers/fixer.h"
#include "fixers/linux/storage/device_names.h"
#include <optional>
#include <string>
#include <string_view>

namespace h2k {

/// The link of udev that always means the device @spelling, for files that take paths alone; nullopt: @spelling holds
/// on any hardware, or there is no such link.
[[nodiscard]] std::optional<std::string> lasting_path(const Inspection &facts, std::string_view spelling, NameUse use,
                                                      std::string_view type = "");

/// Mount and swap units of systemd, and units that wait for devices.
[[nodiscard]] Result<> plan_units(const FixerInput &input, Finding &finding);

/// Files of a known syntax: kdump, autofs, Oracle ASM.
[[nodiscard]] Result<> plan_device_settings(const FixerInput &input, Finding &finding);

/// One warning with all other files that name disks which the target calls otherwise.
[[nodiscard]] Result<> warn_of_disk_names(const FixerInput &input, Finding &finding);

} // namespace h2k
