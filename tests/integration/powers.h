// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

namespace h2k::test {

// What the appliance's QEMU may do, and what it leaves behind.  @folder: of the small guest.

void qemu_has_little_power(const void *folder);
void any_user_can_launch();
/// A job that is killed leaves only what the next one removes.
void killed_job_is_cleaned_up(const void *folder);

} // namespace h2k::test
