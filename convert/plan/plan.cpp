// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/plan/plan.h"
#include "convert/base/i18n.h"
#include "convert/model/overlay.h"
#include "convert/plan/devices.h"
#include "convert/plan/target_machine.h"
#include "domain/osinfo/osinfo.h"
#include "fixers/linux/fixers.h"

namespace h2k {

namespace {

/// Remembers what @change finds, the first time that a file is touched.
Result<> remember_before(RepairPlan &plan, const Change &change, const GuestView &guest) {
    H2K_CHECK(note_closed(plan, change, guest));
    const auto facts = facts_of(change);
    for (const auto &effect : facts.effects)
        if (effect.is_known() && !plan.hides(facts))
            if (auto content = H2K_TRY(guest.read(effect.path)))
                plan.before.emplace(effect.path, *std::move(content));
    return {};
}

template <typename Row>
Result<> add_finding(RepairPlan &plan, const Row &fixer, Finding &&finding, const GuestView &guest, Overlay &after) {
    FixerResult result{fixer.id, Outcome::not_needed, finding.skipped, std::move(finding.notices), fixer.summary};
    if (!finding.skipped.empty())
        result.outcome = Outcome::skipped;
    else if (!finding.changes.empty())
        result.outcome = Outcome::planned;
    for (auto &change : finding.changes) {
        change.fixer = fixer.id;
        H2K_CHECK(remember_before(plan, change, guest));
        H2K_CHECK(after.apply(change));
        plan.changes.push_back(std::move(change));
    }
    plan.fixers.push_back(std::move(result));
    return {};
}

/// nullptr: such a system has no fixers.
const FixerTable *fixers_for(const Inspection &facts) {
    return std::visit(Match{
                          [](const LinuxFacts &) -> const FixerTable * { return &linux_fixers(); },
                          [](std::monostate) -> const FixerTable * { return nullptr; },
                      },
                      facts.system);
}

/// Is something to be put into the guest, or is it to get another identity?
bool changes_guest(const RepairOptions &options) {
    return !options.configuration.file.empty() || options.machine_id != MachineId::keep ||
           !options.agent_packages.empty() || (options.cloud_init && !options.cloud_init->as_iso);
}

void warn_of_unknown_system(RepairPlan &plan, const RepairOptions &options) {
    plan.notices.warn("guest.unknown-system",
                      _("The guest's operating system is not known here, so nothing in it is repaired."));
    if (changes_guest(options))
        plan.notices.warn("guest.not-configured",
                          _("Nothing that the guest was to get (a configuration, a seed, an agent or another machine "
                            "ID) is put into it, since its operating system is not known here."));
}

/// Fixers see what those before them planned; phases run in their order.
Result<> run_fixers(RepairPlan &plan, const FixerTable &table, const GuestView &guest, const RepairOptions &options) {
    Overlay after{guest};
    const FixerInput input{after, plan.guest, plan.target, options};
    const auto add = [&](const auto &row, Result<Finding> finding) -> Result<> {
        if (!finding)
            return std::unexpected(std::move(finding).error().context(row.id));
        return add_finding(plan, row, *std::move(finding), guest, after);
    };
    for (const auto phase :
         {Phase::identity, Phase::storage, Phase::network, Phase::agents, Phase::cleanup, Phase::boot})
        for (const auto &row : table.fixers)
            if (row.phase == phase)
                H2K_CHECK(add(row, row.plan(input)));
    if (table.last)
        H2K_CHECK(add(*table.last, table.last->plan(input, guest, plan.changes)));
    return {};
}

} // namespace

Result<> note_closed(RepairPlan &plan, const Change &change, const GuestView &guest) {
    const auto facts = facts_of(change);
    for (const auto &effect : facts.effects) {
        if (facts.secret && (effect.act == Act::write || effect.act == Act::remove))
            plan.closed.insert(effect.path); // for the changes after it
        for (const auto &path : {effect.path, effect.from})
            if (!path.empty() && !plan.closed.contains(path) && !H2K_TRY(guest.is_public(path)))
                plan.closed.insert(path);
    }
    return {};
}

Result<RepairPlan> make_plan(const Request &request, const CarryPlan &carried, const Inspection &facts,
                             const GuestView &guest) {
    RepairPlan plan;
    plan.guest = facts;
    plan.notices = carried.notices;
    plan.notices.add(facts.notices);
    plan.osinfo = choose_osinfo(facts);
    plan.target = H2K_TRY(target_machine(request, carried.source, facts, guest));
    if (plan.target.nics.empty())
        plan.notices.note("target.no-network-card",
                          _("The machine has no network card, so the domain has none; --mac adds one."));
    H2K_CHECK(choose_devices(plan.target, device_support(plan.osinfo), facts, guest, plan.notices));
    if (const auto *table = fixers_for(facts))
        H2K_CHECK(run_fixers(plan, *table, guest, request.repair));
    else
        warn_of_unknown_system(plan, request.repair);
    return plan;
}

} // namespace h2k
