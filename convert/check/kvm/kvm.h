// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
namespace h2k {

/// Does a vCPU of this machine's KVM really run 64-bit code?  Asked by running one; the answer is kept for the process.
[[nodiscard]] bool kvm_works();

} // namespace h2k
