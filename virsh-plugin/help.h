// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "virsh-plugin/command.h"

namespace cli {

/// The terminal's width, or what COLUMNS says, between 40 and 80.
[[nodiscard]] std::size_t help_width();
/// Help for one command.  @name has those above it.
[[nodiscard]] std::string command_help(const Command &command, const std::string &name, std::size_t width);
/// The list of the commands below @name; "" is the program.
[[nodiscard]] std::string commands_help(std::span<const Command> commands, const std::string &name, std::size_t width);

} // namespace cli
