// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/check/evidence/boot_evidence.h"
#include "convert/check/kernel/placed_kernel.h"
#include "domain/domain_spec.h"

namespace h2k {

/// Has @spec start the kernel of @copy, whose memory is freed, past firmware and boot loader, and says so in @evidence.
/// Returns a sentence where that is not possible, with @spec and @evidence as they were; "" once it is done.  An error
/// is
/// @cancel.
[[nodiscard]] Result<std::string> start_directly(PreparedCopy copy, const KernelPlan &plan, DomainSpec &spec,
                                                 BootEvidence &evidence, GCancellable *cancel);

} // namespace h2k
