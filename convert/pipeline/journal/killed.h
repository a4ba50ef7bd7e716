// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include <string>

namespace h2k {

/// Writes a report.json for each job in the state folder @state whose journal has no end and that no process works on:
/// it was killed, or its host stopped.  The report says in which stage.
void report_killed_jobs(const std::string &state);

} // namespace h2k
