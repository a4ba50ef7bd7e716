// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "virsh-plugin/options.h"

namespace cli {

/// Prints the result of a job that has ended.  @error is null after success.  Gives the exit status.
using Show = int (*)(H2kJob *job, const GError *error, const OutputOptions &output);

/// The report of an import, a revert or a boot test.
int show_report(H2kJob *job, const GError *error, const OutputOptions &output);
/// The inspection or plan that a job made.
int show_document(H2kJob *job, const GError *error, const OutputOptions &output);

/// Runs the job that @call asks for, shows its progress, and then what @show prints.
[[nodiscard]] int run_and_show(const Call &call, Show show);
/// The same, as a row of the table of commands has it.
template <Show show> int run_job(const Call &call) { return run_and_show(call, show); }

} // namespace cli
