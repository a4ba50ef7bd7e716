// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/plan/plan.h"
#include "convert/base/i18n.h"
#include "convert/base/messages.h"
#include "convert/pipeline/journal/host_journal.h"
#include "convert/pipeline/revert/stages.h"
#include "convert/pipeline/run.h"
#include "convert/pipeline/stages/stages.h"
#include "convert/plan/revert.h"

namespace h2k {

namespace {

/// By the report of the import that made the images, where @why says that the guest's journal cannot be used.
Result<RevertPlan> plan_by_report(Run &run, const Error &why) {
    std::vector<std::string> images;
    for (const auto &disk : run.disks)
        images.push_back(disk.source.top.path);
    const auto found = find_host_journal(images, run.request.job);
    if (!found)
        return fail(H2K_ERROR_SOURCE,
                    _("%s No report of the import that made the image was found either, beside the "
                      "image or among the jobs in the state folder."),
                    why.message());
    run.plan->notices.warn(
        "revert.by-report",
        sentence(_("The guest has no journal of this repair, so the revert uses the report “%s”, "
                   "by which only text files and extended images can be restored. A warning names each "
                   "other change."),
                 printable(found->path).c_str()));
    return plan_revert_by(run.guest(), found->journal);
}

Result<RevertPlan> plan_by_guest(Run &run) {
    auto plan = plan_revert(run.guest(), run.request.job);
    if (!plan && plan.error().is(H2K_ERROR_SOURCE))
        return plan_by_report(run, plan.error());
    return plan;
}

} // namespace

Result<> make_revert_plan(Run &run) {
    H2K_CHECK(require_same_source(run));
    auto &plan = run.plan.emplace();
    plan.guest = *run.inspection;
    plan.notices = plan.guest.notices;
    auto revert = H2K_TRY(plan_by_guest(run));
    plan.changes = std::move(revert.changes);
    for (const auto &change : plan.changes) {
        H2K_CHECK(note_closed(plan, change, run.guest()));
        for (const auto &effect : facts_of(change).effects)
            if (effect.content)
                if (auto now = H2K_TRY(run.guest().read(effect.path)))
                    plan.before.emplace(effect.path, *std::move(now));
    }
    plan.notices.add(revert.left);
    run.say(plan.notices);
    return {};
}

} // namespace h2k
