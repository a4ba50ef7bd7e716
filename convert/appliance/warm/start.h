// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/appliance/handle.h"
#include "convert/appliance/order.h"
#include "convert/base/notice.h"
#include "convert/base/work_folder.h"

namespace h2k {

/// A launched appliance that was restored; empty: it has to be booted.
struct WarmAppliance {
    std::unique_ptr<WorkFolder> folder; ///< outlives the handle
    std::unique_ptr<Handle> handle;
};

/// Restores the appliance from a recording, for TCG: with KVM nobody has measured it yet.  Empty where there is none,
/// and with a notice where that fails: a recording that no longer fits or does not work is dropped.  An error only
/// where the job is cancelled.
[[nodiscard]] Result<WarmAppliance> start_warm(const ApplianceOrder &order, Notices &notices, GCancellable *cancel);

} // namespace h2k
