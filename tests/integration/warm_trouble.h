// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

namespace h2k::test {

// What goes wrong with a recording, and with the appliance that is restored from it.  There is a recording before each
// and after it.

/// One of another version.
void outdated_is_removed();
/// One byte is another.
void damaged_is_removed();
/// QEMU does not run at all.
void stopped_is_ended();
/// The recorded machine runs in a circle.
void spinning_is_ended();
/// A job goes on with what it has open.
void dropped_while_restoring();

} // namespace h2k::test
