// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/check/boot/powers.h"

namespace h2k {

/// The child that runs libvirt: starts ROOT/domain.xml in qemu:///embed?root=ROOT, without the host's network if
/// @isolated, without /dev/kvm unless @use_kvm, and within @limits, and reports on the socket @job, a line each:
/// "started", "agent", "stopped WHY", "screenshot TYPE" (in ROOT/screenshot), "failed MESSAGE", "unisolated REASON".
/// Executes "screenshot" lines on standard input.  Returns the exit status when standard input ends.  For a process
/// without threads.
[[nodiscard]] int run_worker(const char *root, bool isolated, bool use_kvm, const QemuLimits &limits, int job);

} // namespace h2k
