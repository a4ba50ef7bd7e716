// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/appliance/handle.h"
#include <string>
#include <vector>

namespace h2k {

/// Runs @argv, a program of the guest whose root is mounted and its arguments, in namespaces of its own: it reaches no
/// process of the appliance, and what it started ends with it.  An exit status other than 0 is an error, with the last
/// lines that it printed.  One that takes longer than CallLimits::program takes the appliance down with it.
[[nodiscard]] Result<> run_program(const Handle &handle, const std::vector<std::string> &argv);

} // namespace h2k
