// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/error.h"
#include "convert/pipeline/report/report.h"

namespace h2k {

struct Run;

/// What is to be said of a run that has ended, as far as it came.  Moves the plans out of @run.  The caller adds how
/// long it took.
[[nodiscard]] Report report_of(Run &run, const Result<> &outcome);

} // namespace h2k
