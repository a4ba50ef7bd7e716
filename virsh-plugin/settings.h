// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "virsh-plugin/command.h"

namespace cli {

/// Prints the default of each option.
int show_settings(const Call &call);
extern const Command settings_commands[1];

} // namespace cli
