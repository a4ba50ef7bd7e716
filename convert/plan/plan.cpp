// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/plan/plan.h"
#include "convert/base/i18n.h"
#include "convert/model/overlay.h"
#include "convert/plan/target_machine.h"
#include "domain/osinfo.h"
#include "fixers/fixer.h"
#include "fixers/linux/selinux.h"

namespace h2k {

namespace {

/// Remembers what @change finds, the first time that a file is touched.
Result<> remember_before(RepairPlan &plan, const Change &change, const GuestView &guest) {
    const auto facts = facts_of(change);
    for (const auto &effect : facts.effects)
        if (effect.is_known() && !facts.secret)
            if (auto content = H2K_TRY(guest.read(effect.path)))
                plan.before.emplace(effect.path, *std::move(content));
    return {};
}

Result<> add_finding(RepairPlan &plan, const char *id, Finding &&finding, const GuestView &guest, Overlay &after) {
    FixerResult result{id, Outcome::not_needed, finding.skipped, std::move(finding.warnings)};
    if (!finding.skipped.empty())
        result.outcome = Outcome::skipped;
    else if (!finding.changes.empty())
        result.outcome = Outcome::planned;
    for (auto &change : finding.changes) {
        change.fixer = id;
        H2K_CHECK(remember_before(plan, change, guest));
        H2K_CHECK(after.apply(change));
        plan.changes.push_back(std::move(change));
    }
    plan.fixers.push_back(std::move(result));
    return {};
}

/// Fixers see what those before them planned; phases run in their order.  Labels come after all, for what was planned.
Result<> run_fixers(RepairPlan &plan, std::span<const FixerEntry> table, const GuestView &guest,
                    const RepairWishes &wishes) {
    Overlay after{guest};
    for (const auto phase :
         {Phase::identity, Phase::storage, Phase::network, Phase::agents, Phase::cleanup, Phase::boot})
        for (const auto &row : table) {
            if (row.info.phase != phase || !row.get().applies(plan.guest))
                continue;
            auto finding = row.get().plan(after, plan.guest, plan.target, wishes);
            if (!finding)
                return std::unexpected(std::move(finding).error().context(row.info.id));
            H2K_CHECK(add_finding(plan, row.info.id, *std::move(finding), guest, after));
        }
    auto labels = plan_selinux(guest, after, plan.changes, wishes);
    if (!labels)
        return std::unexpected(std::move(labels).error().context(selinux_id));
    return add_finding(plan, selinux_id, *std::move(labels), guest, after);
}

} // namespace

Result<RepairPlan> make_plan(const Request &wish, const CarryPlan &carried, const Inspection &facts,
                             const GuestView &guest) {
    RepairPlan plan;
    plan.guest = facts;
    plan.warnings = carried.warnings;
    plan.warnings.insert(plan.warnings.end(), facts.warnings.begin(), facts.warnings.end());
    plan.osinfo = choose_osinfo(facts);
    plan.target = H2K_TRY(target_machine(wish, carried.source, facts, guest));
    if (facts.family == Family::linux_os)
        H2K_CHECK(run_fixers(plan, linux_fixers(), guest, wish.repair));
    else
        plan.warnings.emplace_back(_("The guest's system is not known, so nothing of it is repaired."));
    return plan;
}

} // namespace h2k
