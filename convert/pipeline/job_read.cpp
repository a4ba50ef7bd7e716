// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/base/files.h"
#include "convert/base/i18n.h"
#include "convert/inspect/inspect.h"
#include "convert/pipeline/job.h"
#include "convert/plan/plan.h"
#include "convert/source/source.h"

namespace h2k {

namespace {
constexpr auto scratch = "/var/tmp";
}

Result<> Job::describe_source() {
    report_.carry = H2K_TRY(describe(wish_));
    if (!wish_.name.empty())
        report_.carry->source.name = wish_.name;
    for (const auto &warning : report_.carry->warnings)
        warn(Stage::describe, warning);
    if (report_.action == Action::import)
        H2K_CHECK(check_target());
    const bool writes = imports();
    work_ = H2K_TRY(WorkFolder::create(writes ? target_->work_parent() : scratch));
    return {};
}

/// Local disks stay where they are: there is nothing to carry.
Result<> Job::fetch() { return {}; }

Result<> Job::flatten() {
    const auto &disks = report_.carry->source.disks;
    for (std::size_t i = 0; i < disks.size(); ++i)
        H2K_CHECK(tools_.create_overlay(overlay(i), disks[i], cancel_));
    return {};
}

Result<> Job::inspect_guest() {
    const auto took = [&](const char *step) {
        return [this, step](double seconds) { timed(Stage::inspect, step, seconds); };
    };
    std::vector<Appliance::Drive> drives;
    for (std::size_t i = 0; i < report_.carry->source.disks.size(); ++i)
        drives.push_back({.path = overlay(i), .format = DiskFormat::qcow2, .readonly = false});
    appliance_ = H2K_TRY(measured([&] { return tools_.launch(drives, tools_.kvm_works(), cancel_); }, took("launch")));
    auto devices = H2K_TRY(measured([&] { return appliance_->devices(); }, took("devices")));
    const auto root = H2K_TRY(measured([&] { return choose_root(*appliance_); }, took("root")));
    const auto mounts = H2K_TRY(plan_mounts(*appliance_, root));
    std::vector<std::string> warnings;
    guest_ = H2K_TRY(measured([&] { return appliance_->mount(mounts, warnings); }, took("mount")));
    auto facts = H2K_TRY(measured([&] { return inspect(*guest_, std::move(devices), mounts); }, took("read")));
    facts.warnings.insert(facts.warnings.begin(), warnings.begin(), warnings.end());
    for (const auto &warning : facts.warnings)
        warn(Stage::inspect, warning);
    report_.plan.emplace().guest = std::move(facts);
    return {};
}

Result<> Job::plan_repair() {
    report_.plan = H2K_TRY(make_plan(wish_, *report_.carry, Inspection{report_.plan->guest}, *guest_));
    report_.fixers = report_.plan->fixers;
    for (const auto &result : report_.fixers) {
        if (result.outcome == Outcome::skipped)
            warn(Stage::plan, result.fixer + ": " + result.why);
        for (const auto &warning : result.warnings)
            warn(Stage::plan, warning);
    }
    return {};
}

} // namespace h2k
