// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "virsh-plugin/command.h"

namespace cli {

/// All options of @command with translated texts: those of its request, its own, and --help.
[[nodiscard]] std::vector<Option> options_of(const Command &command);
/// "--connect".
[[nodiscard]] std::string spelling_of(const Option &option);

/// How much a command prints; what --json, --quiet and --verbose say.
struct OutputOptions {
    bool json = false, quiet = false, verbose = false;
};
extern const Option output_options[3];
[[nodiscard]] OutputOptions output_options_of(const Call &call);

} // namespace cli
