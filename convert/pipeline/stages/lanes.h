// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/pipeline/run.h"
#include <functional>

namespace h2k {

/// Opens the overlays and has @work done on them, in the fastest lane in which it succeeds.  A lane that fails leaves
/// nothing behind: the next one begins with new overlays.  The stage's report says which lane it was, and why.
[[nodiscard]] Result<> inspect_in_lanes(Run &run, const std::function<Result<>(Notices &notices)> &work);

/// The lane in which the plan's changes can be made.
[[nodiscard]] LaneNote lane_for_plan(const Run &run);

/// Has @apply make the plan's changes in the open guest, checks the file systems and completes the overlays, in the
/// lane that the plan needs, else in the next one.
[[nodiscard]] Result<> fix_in_lanes(Run &run, const std::function<Result<>(Run &run)> &apply);

/// Has @work done in the guest on @disks, overlays of ours over @below, which are made again for the next lane, and
/// completes them.  @mounts: what it needs of the guest, asked before that is mounted.
[[nodiscard]] Result<> work_in_lanes(Run &run, const std::vector<Disk> &disks, const std::vector<Disk> &below,
                                     const std::function<Result<std::vector<Mount>>(const StorageView &)> &mounts,
                                     const std::function<Result<>(Guest &)> &work);

} // namespace h2k
