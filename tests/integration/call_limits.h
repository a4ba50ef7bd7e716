// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

namespace h2k::test {

// @folder: of the small guest.

void endless_program_is_ended(const void *folder);
/// Whatever call it is that the appliance does not answer.
void silent_appliance_is_ended(const void *folder);

} // namespace h2k::test
