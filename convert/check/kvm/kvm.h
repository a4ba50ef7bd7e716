// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
namespace h2k {

/// Does KVM on this host really run 64-bit code?  Runs a vCPU once; the answer is kept for the process.
[[nodiscard]] bool kvm_works();

} // namespace h2k
