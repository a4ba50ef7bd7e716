// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

namespace h2k::test {

// Processes that record, and users.  There is no recording before each.

/// As "test-warm record", "test-warm use" and so on: exit status.
[[nodiscard]] int run_as_child(const char *what);

/// Of two that record at once one does, and the other is told so; when it is killed in the middle, nothing is left that
/// is used, or runs on.
void killed_while_recording();
/// Nothing half made is left where there is no space.
void disk_is_full();
/// Another user than root records, restores and drops; root uses nothing of that.
void ordinary_user();

} // namespace h2k::test
