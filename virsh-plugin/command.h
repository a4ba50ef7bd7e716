// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/api/hyper2kvm.h"
#include <span>
#include <string>

namespace cli {

/// Exit statuses, as the man page tells them.
enum Exit { done = 0, failed = 1, usage = 2, not_proven = 3, source_refused = 4, cancelled = 5, target_refused = 6 };

/// What of a command line is not for the request.
struct Look {
    gboolean json = FALSE; // GOption writes a whole gboolean
    gboolean quiet = FALSE;
    gboolean verbose = FALSE;
};

/// Prints what came of a job that has ended.  @error is null after success.
using Shown = int (*)(H2kJob *job, const GError *error, const Look &look);

/// One subcommand: a row of the table, as in virsh.
struct Command {
    const char *name;
    const char *arguments; ///< N_()-marked
    const char *info;      ///< N_()-marked, one line
    const char *example;   ///< a command line
    H2kAction action;
    Shown show;
};

[[nodiscard]] std::span<const Command> commands();

/// Parses the words after the subcommand, runs the job and shows what came of it.
[[nodiscard]] int run_command(const Command &command, int argc, char **argv);

extern const Command import_command, inspect_command, plan_command, boot_test_command, revert_command;

} // namespace cli
