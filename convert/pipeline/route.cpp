// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/pipeline/route.h"
#include "convert/pipeline/revert/stages.h"
#include "convert/pipeline/stages/stages.h"
#include <algorithm>
#include <span>

namespace h2k {

namespace {

using enum Stage;

bool boots(const Request &request) { return request.boot_test != BootTest::none; }

constexpr Step read_metadata[] = {
    {describe, describe_source},
};

constexpr Step inspect_guest[] = {
    {describe, describe_source}, {describe, make_work_folder}, {fetch, fetch_disks},
    {flatten, make_overlays},    {inspect, open_guest},
};

constexpr Step plan_repair[] = {
    {describe, describe_source}, {describe, make_work_folder}, {fetch, fetch_disks},      {flatten, make_overlays},
    {inspect, open_guest},       {plan, make_repair_plan},     {plan, check_repair_plan},
};

constexpr Step plan_import[] = {
    {describe, describe_source}, {describe, choose_target}, {describe, make_work_folder},
    {fetch, fetch_disks},        {flatten, make_overlays},  {inspect, open_guest},
    {plan, make_repair_plan},    {plan, check_repair_plan}, {plan, require_capable_host},
};

constexpr Step import_guest[] = {
    {describe, describe_source},
    {describe, choose_target},
    {describe, require_free_target},
    {describe, make_work_folder_at_target},
    {fetch, fetch_disks},
    {flatten, make_overlays},
    {inspect, open_guest},
    {plan, make_repair_plan},
    {plan, check_repair_plan},
    {plan, require_capable_host},
    {fix, repair_guest},
    {convert, convert_disks},
    {convert, make_isos},
    {validate, check_results},
    {validate, boot_results, boots},
    {validate, publish_results},
    {validate, require_proof, boots},
};

constexpr Step boot_source_only[] = {
    {describe, describe_source}, {describe, make_work_folder}, {fetch, fetch_disks},    {flatten, make_overlays},
    {inspect, open_guest},       {plan, make_repair_plan},     {validate, leave_guest}, {validate, boot_source},
};

constexpr Step plan_revert[] = {
    {describe, describe_source}, {describe, check_images}, {describe, require_finished}, {describe, make_work_folder},
    {fetch, fetch_disks},        {flatten, make_overlays}, {inspect, open_guest},        {plan, make_revert_plan},
};

constexpr Step revert_images[] = {
    {describe, describe_source},
    {describe, check_images},
    {describe, require_writable_images},
    {describe, finish_interrupted},
    {describe, make_work_folder_in_state},
    {fetch, fetch_disks},
    {flatten, make_overlays},
    {inspect, open_guest},
    {plan, make_revert_plan},
    {fix, revert_guest},
    {convert, commit_overlays},
};

/// A way through the stages; the first row that fits is taken.
struct Way {
    Action action;
    bool (*chosen)(const Request &request); ///< null: always
    std::span<const Step> steps;
};

bool is_metadata_only(const Request &request) { return request.metadata_only; }
bool is_dry_run(const Request &request) { return request.dry_run; }

constexpr Way ways[] = {
    {Action::inspect, is_metadata_only, read_metadata},
    {Action::inspect, nullptr, inspect_guest},
    {Action::plan, nullptr, plan_repair},
    {Action::import, is_dry_run, plan_import},
    {Action::import, nullptr, import_guest},
    {Action::boot_test, nullptr, boot_source_only},
    {Action::revert, is_dry_run, plan_revert},
    {Action::revert, nullptr, revert_images},
};

} // namespace

std::vector<Step> route_of(Action action, const Request &request) {
    const auto way = std::ranges::find_if(
        ways, [&](const Way &one) { return one.action == action && (!one.chosen || one.chosen(request)); });
    std::vector<Step> route;
    if (way != std::end(ways))
        std::ranges::copy_if(way->steps, std::back_inserter(route),
                             [&](const Step &step) { return !step.wanted || step.wanted(request); });
    return route;
}

bool acts(const std::vector<Step> &route) { return !route.empty() && route.back().stage > Stage::plan; }

bool publishes(const std::vector<Step> &route) {
    return std::ranges::find(route, &publish_results, &Step::run) != route.end();
}

} // namespace h2k
