// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/appliance/appliance.h"
#include "convert/appliance/handle.h"
#include "convert/base/work_folder.h"

namespace h2k {

/// A launched appliance that was restored; empty: it has to be booted.
struct WarmAppliance {
    std::unique_ptr<WorkFolder> folder; ///< outlives the handle
    std::unique_ptr<Handle> handle;
};

/// Restores the appliance from a recording, with the disks of @order.  Empty where there is none, with KVM, where
/// nobody has measured it yet, and with a notice where that fails: a recording that no longer fits or does not work is
/// dropped.  An error only where the job is cancelled.
[[nodiscard]] Result<WarmAppliance> start_warm(const Appliance::Order &order, Notices &notices, GCancellable *cancel);

} // namespace h2k
