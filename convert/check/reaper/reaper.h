// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

namespace h2k {

/// The child that runs libvirt: starts ROOT/domain.xml in qemu:///embed?root=ROOT and reports on the socket @job, a
/// line each: "started", "agent", "stopped WHY", "screenshot TYPE" (in ROOT/screenshot), "failed MESSAGE". Executes
/// "screenshot" lines on standard input.  Returns the exit status when standard input ends.
[[nodiscard]] int run_worker(const char *root, int job);

} // namespace h2k
