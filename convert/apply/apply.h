// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/apply/applied.h"
#include "convert/base/progress.h"
#include "convert/model/guest.h"
#include <functional>

namespace h2k {

enum class ChangeState { begun, done, failed };
[[nodiscard]] const char *name_of(ChangeState state);

/// Called before and after each change, so that a journal on the host can say how far the job came.
using ChangeObserver = std::function<void(std::size_t index, const Change &change, ChangeState state)>;

/// Makes @changes in their order.  The original of every file that changes is kept in the guest under
/// /var/lib/virt-hyper2kvm/JOB/ with a journal.json that says what was where.  The first failure ends it,
/// except that of a change that may fail and that leaves the guest usable.
[[nodiscard]] Result<std::vector<Applied>> apply_changes(Guest &guest, const std::string &job,
                                                         const std::vector<Change> &changes,
                                                         const ChangeObserver &observer, GCancellable *cancel);

} // namespace h2k
