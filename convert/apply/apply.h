// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/apply/applied.h"
#include "convert/base/progress.h"
#include "convert/model/guest.h"
#include <functional>

namespace h2k {

enum class ChangeState { begun, done, failed };
[[nodiscard]] const char *name_of(ChangeState state);

/// Told of each change before and after it is made, so that a journal on the host knows how far it came.
using ChangeTold = std::function<void(std::size_t index, const Change &change, ChangeState state)>;

/// Makes @changes in their order.  The first version of every file that changes is kept in the guest under
/// /var/lib/virt-hyper2kvm/JOB/ with a journal.json that says what was where.  The first failure ends it, but
/// that of a change that may fail and that leaves the guest usable.
[[nodiscard]] Result<std::vector<Applied>> apply_changes(Guest &guest, const std::string &job,
                                                         const std::vector<Change> &changes, const ChangeTold &told,
                                                         GCancellable *cancel);

} // namespace h2k
