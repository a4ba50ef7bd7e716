// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/base/i18n.h"
#include "convert/base/messages.h"
#include "convert/pipeline/journal/host_journal.h"
#include "convert/pipeline/space.h"
#include "convert/pipeline/stages/lanes.h"
#include "convert/pipeline/stages/stages.h"

namespace h2k {

namespace {

/// A change that may fail and did is a warning and its fixer's failure; the job goes on.
void note_failures(Run &run, const std::vector<Applied> &applied) {
    for (const auto &done : applied) {
        if (!done.instead.empty() && done.error.empty())
            run.note(
                "initramfs.rebuilt-instead",
                sentence(_("The initramfs %s could not be extended, so the guest's own program has rebuilt it: %s"),
                         printable(path_of(done.change)).c_str(), done.instead.c_str()));
        if (done.error.empty())
            continue;
        run.warn("repair.change-failed",
                 sentence(_("A change of %s could not be made: %s"), done.change.fixer.c_str(), done.error.c_str()));
        for (auto &result : run.fixers)
            if (result.fixer == done.change.fixer && result.outcome != Outcome::failed) {
                result.outcome = Outcome::failed;
                result.why = done.error;
            }
    }
}

/// The outcome of fixers whose changes were still planned; @failed: the change that ended the repair, if one did.
void note_outcomes(std::vector<FixerResult> &fixers, const Change *failed) {
    for (auto &result : fixers)
        if (result.outcome == Outcome::planned)
            result.outcome = failed && failed->fixer == result.fixer ? Outcome::failed : Outcome::done;
}

Result<> apply(Run &run) {
    const auto &changes = run.plan->changes;
    std::size_t at = 0;
    const auto note = [&](std::size_t index, const Change &change, ChangeState state) {
        at = index;
        run.note_change(index, change, state);
    };
    auto applied = run.timed("apply", [&] { return apply_changes(run.guest(), run.job, changes, note, run.cancel); });
    run.say(run.guest().notices());
    if (applied)
        note_failures(run, *applied);
    note_outcomes(run.fixers, !applied && at < changes.size() ? &changes[at] : nullptr);
    run.applied = H2K_TRY(std::move(applied));
    run.changed_files = files_for_report(run.guest(), run.job, *run.plan, run.cancel);
    return {};
}

/// Failures of single changes may be the lane's, and the next one has none.
Result<> apply_strictly(Run &run) {
    run.fixers = run.plan->fixers;
    H2K_CHECK(apply(run));
    if (run.open->kind == LaneKind::direct)
        for (const auto &done : run.applied)
            if (!done.error.empty())
                return fail(H2K_ERROR_FAILED, "%s", done.error.c_str());
    return run.timed("trim", [&] { return run.open->lane->trim(); });
}

} // namespace

Result<> repair_guest(Run &run) { return explain_full_host(run.work->path(), fix_in_lanes(run, apply_strictly)); }

} // namespace h2k
