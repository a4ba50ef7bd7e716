// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

namespace h2k {

/// Runs a vCPU of /dev/kvm through a little 64-bit program and tells whether it came to the right end.
/// Makes system calls only (so that a forked child may call it), leaves its file descriptors to the end of the process,
/// and returns only when KVM does: the caller bounds its time.
[[nodiscard]] bool run_test_vcpu();

} // namespace h2k
