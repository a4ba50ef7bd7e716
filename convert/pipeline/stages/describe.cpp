// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/pipeline/run.h"
#include "convert/pipeline/stages/stages.h"
#include "convert/plan/target_machine.h"
#include "convert/source/source.h"

namespace h2k {

Result<> describe_source(Run &run) {
    auto plan = H2K_TRY(describe(run.request, run.cancel));
    if (!run.request.name.empty())
        plan.source.name = run.request.name;
    for (auto &disk : std::exchange(plan.source.disks, {}))
        run.disks.push_back({.source = std::move(disk)});
    run.carry = std::move(plan);
    run.say(run.carry->notices);
    auto grown = run.source_machine();
    return grow_disks(grown, run.request.growths); // before a minute is spent
}

Result<> make_work_folder(Run &run) {
    run.use_work_folder(H2K_TRY(WorkFolder::create(work_parent())));
    return {};
}

} // namespace h2k
