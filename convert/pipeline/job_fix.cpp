// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/base/files.h"
#include "convert/base/i18n.h"
#include "convert/base/messages.h"
#include "convert/pipeline/job.h"
#include "convert/pipeline/journal/host_journal.h"

namespace h2k {

/// Names the cause where the host ran out of room while the appliance wrote.
Result<> Job::fix() {
    auto outcome = report_.action == Action::revert ? take_back() : fix_guest();
    constexpr std::uint64_t nothing = 4u << 20;
    if (!outcome && outcome.error().is(H2K_ERROR_FAILED) && free_bytes(work_->path()).value_or(nothing) < nothing)
        return fail(H2K_ERROR_TARGET, _("No space is left in “%s”."), folder_of(work_->path()).c_str());
    return outcome;
}

/// A change that may fail and did is its fixer's failure and a warning, and no more.
void Job::note_failures(const std::vector<Applied> &applied) {
    for (const auto &done : applied) {
        if (done.error.empty())
            continue;
        warn(Stage::fix,
             sentence(_("%s could not do all that it planned: %s"), done.change.fixer.c_str(), done.error.c_str()));
        for (auto &result : report_.fixers)
            if (result.fixer == done.change.fixer && result.outcome != Outcome::failed) {
                result.outcome = Outcome::failed;
                result.why = done.error;
            }
    }
}

Result<> Job::fix_guest() {
    const auto took = [&](const char *step) {
        return [this, step](double seconds) { timed(Stage::fix, step, seconds); };
    };
    const auto &changes = report_.plan->changes;
    std::size_t at = 0;
    const auto told = [&](std::size_t index, const Change &change, ChangeState state) {
        at = index;
        journal_.change(index, change, name_of(state));
        if (state == ChangeState::begun)
            progress_->step(name_of(Stage::fix), static_cast<double>(index) / static_cast<double>(changes.size()),
                            change.reason);
    };
    auto applied = measured([&] { return apply_changes(*guest_, report_.job, changes, told, cancel_); }, took("apply"));
    if (applied)
        note_failures(*applied);
    for (auto &result : report_.fixers)
        if (result.outcome == Outcome::planned)
            result.outcome =
                !applied && at < changes.size() && changes[at].fixer == result.fixer ? Outcome::failed : Outcome::done;
    report_.applied = H2K_TRY(std::move(applied));
    report_.files = files_for_report(*guest_, report_.job, *report_.plan, cancel_);
    H2K_CHECK(measured([&] { return appliance_->trim(); }, took("trim")));
    return close_guest();
}

/// Says what the file systems are like, and has all that was written in the overlay.
Result<> Job::close_guest() {
    const auto took = [&](const char *step) {
        return [this, step](double seconds) { timed(Stage::fix, step, seconds); };
    };
    for (const auto &damage : H2K_TRY(measured([&] { return appliance_->check_filesystems(); }, took("check"))))
        warn(Stage::fix, damage);
    guest_.reset();
    H2K_CHECK(measured([&] { return appliance_->close(); }, took("close")));
    appliance_.reset();
    return {};
}

} // namespace h2k
