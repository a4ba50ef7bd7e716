// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "virsh-plugin/command.h"

namespace cli {

/// The commands below "appliance".
[[nodiscard]] std::span<const Command> appliance_commands();

} // namespace cli
