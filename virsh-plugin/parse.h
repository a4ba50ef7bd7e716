// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "virsh-plugin/command.h"

namespace cli {

/// Puts the words after a command's name into @call and its request; argv[0] is passed over.  With --help nothing is
/// checked as a whole.  @all: the whole tree of commands.  H2K_ERROR_USAGE.
[[nodiscard]] bool parse(Call &call, std::span<const Command> all, int argc, char **argv, GError **error);

} // namespace cli
