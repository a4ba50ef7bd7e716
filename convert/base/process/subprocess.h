// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/error.h"
#include "convert/base/held_file.h"
#include <functional>
#include <string>
#include <vector>

namespace h2k {

/// One run of a host program: an argv, never a shell command line.
struct Command {
    std::vector<std::string> argv;
    std::vector<std::pair<std::string, std::string>> environment; ///< added to ours; LC_ALL=C is always set
    std::string input;                                            ///< fed to standard input
    std::vector<HeldFile> files;          ///< open in the program too, under the numbers that they have here
    std::size_t output_limit = 64u << 20; ///< bytes; more is an error
    std::function<void(std::string_view chunk)> on_output; ///< gets standard output as it arrives; it is not kept then
};

struct Finished {
    int status = 0;     ///< exit status; 128 + n for signal n
    std::string output; ///< standard output
    std::string errors; ///< standard error, the last 64 KiB
};

/// Runs a program to its end.  A cancelled @cancel kills it.  A status other than 0 is not an error here.
[[nodiscard]] Result<Finished> run_command(const Command &command, GCancellable *cancel);

/// The same, where a status other than 0 fails with the last line of standard error.
[[nodiscard]] Result<std::string> require_command(const Command &command, GCancellable *cancel);

} // namespace h2k
