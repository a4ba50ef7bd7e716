// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/pipeline/revert/stages.h"
#include "convert/pipeline/space.h"
#include "convert/pipeline/stages/lanes.h"

namespace h2k {

namespace {

Result<> apply_one(Run &run, const Change &change, std::size_t index) {
    H2K_CHECK(check_cancelled(run.cancel));
    run.note_change(index, change, ChangeState::begun);
    auto done = run.guest().apply(change);
    if (!done && (!change.may_fail || done.error().is(H2K_ERROR_CANCELLED)))
        return done;
    run.applied.push_back({.change = change, .kept = {}, .error = done ? "" : done.error().message()});
    run.note_change(index, change, done ? ChangeState::done : ChangeState::failed);
    return {};
}

Result<> apply_all(Run &run) {
    run.applied.clear();
    const auto &changes = run.plan->changes;
    for (std::size_t i = 0; i < changes.size(); ++i)
        H2K_CHECK(apply_one(run, changes[i], i));
    return {};
}

} // namespace

Result<> revert_guest(Run &run) { return explain_full_host(run.work->path(), fix_in_lanes(run, apply_all)); }

} // namespace h2k
