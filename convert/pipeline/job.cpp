// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/pipeline/job.h"
#include "convert/base/files.h"
#include "convert/base/i18n.h"
#include "convert/pipeline/state.h"
#include <algorithm>

namespace h2k {

namespace {

/// What a person is told while a stage runs.
const char *sentence_of(Stage stage) {
    switch (stage) {
    case Stage::describe: return _("Reading what the source is");
    case Stage::fetch: return _("Fetching the disks");
    case Stage::flatten: return _("Laying an overlay on each disk");
    case Stage::inspect: return _("Looking into the guest");
    case Stage::plan: return _("Planning the repair");
    case Stage::fix: return _("Repairing the guest");
    case Stage::convert: return _("Writing the new disks");
    case Stage::validate: return _("Proving the result");
    }
    return "";
}

} // namespace

Job::Job(Request wish, Action action, Toolbox tools) : wish_(std::move(wish)), tools_(std::move(tools)) {
    report_.job = new_job_id();
    report_.action = action;
    if (wish_.source_connect.empty())
        std::ranges::transform(wish_.sources, wish_.sources.begin(), absolute_path);
    report_.sources = wish_.sources;
    report_.started = timestamp_now();
}

Job::~Job() = default;

Result<> Job::run(Progress &progress, GCancellable *cancel) {
    progress_ = &progress;
    cancel_ = cancel;
    if (imports() || reverts() || report_.action == Action::boot_test) {
        if (auto folder = make_job_folder(report_.job)) {
            folder_ = *folder;
            journal_.open(folder_);
        } else {
            warn(Stage::describe, folder.error().message());
        }
    }
    journal_.job(report_.job, name_of(report_.action), wish_.sources);
    const gint64 from = g_get_monotonic_time();
    auto outcome = run_stages();
    guest_.reset();
    appliance_.reset();
    if (!outcome)
        withdraw_all();
    work_.reset();
    beside_.clear();
    report_.seconds = static_cast<double>(g_get_monotonic_time() - from) / G_USEC_PER_SEC;
    finish(outcome);
    return outcome;
}

bool Job::has_stage(Stage stage) const {
    switch (report_.action) {
    case Action::inspect: return stage <= (wish_.metadata_only ? Stage::describe : Stage::inspect);
    case Action::plan: return stage <= Stage::plan;
    case Action::boot_test: return stage <= Stage::plan || stage == Stage::validate;
    case Action::revert: return stage <= (wish_.dry_run ? Stage::plan : Stage::convert);
    case Action::import: return wish_.dry_run ? stage <= Stage::plan : true;
    }
    return false;
}

Result<> Job::run_stages() {
    H2K_CHECK(check_request(wish_, report_.action));
    constexpr std::pair<Stage, Step> steps[] = {
        {Stage::describe, &Job::describe_source}, {Stage::fetch, &Job::fetch},       {Stage::flatten, &Job::flatten},
        {Stage::inspect, &Job::inspect_guest},    {Stage::plan, &Job::plan_repair},  {Stage::fix, &Job::fix},
        {Stage::convert, &Job::convert},          {Stage::validate, &Job::validate},
    };
    for (const auto &[stage, step] : steps)
        if (has_stage(stage))
            H2K_CHECK(run_stage(stage, step));
    return {};
}

Result<> Job::run_stage(Stage stage, Step step) {
    H2K_CHECK(check_cancelled(cancel_));
    journal_.stage(stage, "begun");
    progress_->step(name_of(stage), -1, sentence_of(stage));
    report_.stages.push_back({.stage = stage, .success = false, .seconds = 0, .error = {}, .steps = {}});
    auto outcome =
        measured([&] { return (this->*step)(); }, [&](double seconds) { report_.stages.back().seconds = seconds; });
    auto &told = report_.stages.back();
    told.success = outcome.has_value();
    if (!outcome)
        told.error = outcome.error().message();
    journal_.stage(stage, outcome ? "done" : "failed", told.error);
    return outcome;
}

void Job::warn(Stage stage, const std::string &message) {
    report_.warnings.push_back({name_of(stage), message, timestamp_now()});
    progress_->warn(name_of(stage), message);
}

void Job::timed(Stage stage, const char *step, double seconds) {
    for (auto &told : report_.stages)
        if (told.stage == stage)
            told.steps.emplace_back(step, seconds);
}

void Job::finish(const Result<> &outcome) {
    report_.success = outcome.has_value();
    const std::string error = outcome ? "" : outcome.error().message();
    if (!outcome)
        report_.errors.push_back(
            {report_.stages.empty() ? "request" : name_of(report_.stages.back().stage), error, timestamp_now()});
    journal_.end(report_.success, error);
    if (!folder_.empty())
        report_.artifacts.push_back(
            {.type = "journal", .path = journal_.path(), .format = {}, .bytes = 0, .virtual_size = 0});
    write_report();
}

void Job::write_report() {
    const auto text = report_json(report_);
    const auto put = [&](const std::string &path) {
        if (!make_folder(folder_of(path), 0755))
            return false;
        return write_file(path, text).has_value();
    };
    if (!folder_.empty() && put(folder_ + "/report.json"))
        report_.path = folder_ + "/report.json";
    std::string wanted = wish_.report;
    if (wanted.empty() && imports() && !wish_.output_dir.empty()) {
        wanted = wish_.output_dir + "/report.json";
        // The evidence of an earlier import is worth more than the story of a failure, which the job's folder tells.
        if (!report_.success && !published_ && path_exists(wanted))
            wanted.clear();
    }
    // A target that takes nothing has been told already.
    if (wanted.empty())
        return;
    if (put(wanted))
        report_.path = wanted;
    else if (report_.success || !wish_.report.empty())
        progress_->warn("report", std::string{_("The report cannot be written to the place asked for.")});
}

} // namespace h2k
