// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

namespace h2k {

/// Runs a small 64-bit program on a vCPU of /dev/kvm and returns whether it gave the right result.
/// Makes system calls only (so that a forked child may call it), leaves its file descriptors open,
/// and returns only when KVM does: the caller has to limit its time.
[[nodiscard]] bool run_test_vcpu();

} // namespace h2k
