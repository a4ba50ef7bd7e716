// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/plan/plan.h"
#include "convert/model/guest_paths.h"
#include "convert/pipeline/report/documents.h"
#include "convert/pipeline/stages/domain.h"
#include "convert/pipeline/stages/lanes.h"
#include "convert/pipeline/stages/stages.h"
#include <algorithm>

namespace h2k {

namespace {

/// Scripts can be of this job or of one before.
Result<bool> has_first_boot(const Run &run) {
    const auto folder = std::string{first_boot_scripts} + "/";
    const auto is_script = [&](const Change &change) { return path_of(change).starts_with(folder); };
    return std::ranges::any_of(run.plan->changes, is_script) || !H2K_TRY(run.guest().list(folder + "*")).empty();
}

/// Finds a machine that no domain can describe before anything is copied.
Result<> require_domain(const Run &run) {
    auto spec = domain_spec(run);
    for (auto &disk : spec.machine.disks)
        disk.top.path = "/" + disk.id;
    for (auto &iso : spec.machine.isos)
        iso.file.path = "/" + iso.name + ".iso";
    H2K_CHECK(domain_xml(spec));
    return {};
}

} // namespace

Result<> make_repair_plan(Run &run) {
    H2K_CHECK(require_same_source(run));
    auto plan = H2K_TRY(make_plan(run.request, run.carry_plan(), *run.inspection, run.guest()));
    const auto targets = std::exchange(plan.target.disks, {});
    for (std::size_t i = 0; i < targets.size(); ++i)
        run.disks[i].target = targets[i];
    plan.notices.add(run.guest().notices());
    run.plan = std::move(plan);
    run.first_boot = H2K_TRY(has_first_boot(run));
    run.say(run.plan->notices);
    return {};
}

Result<> check_repair_plan(Run &run) {
    run.plan->lane = lane_for_plan(run);
    run.fixers = run.plan->fixers;
    H2K_CHECK(require_domain(run));
    run.say(notices_of(*run.plan));
    return {};
}

} // namespace h2k
