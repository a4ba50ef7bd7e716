// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/pipeline/job.h"
#include "convert/base/files.h"
#include "convert/base/i18n.h"
#include "convert/base/messages.h"
#include "convert/pipeline/journal/killed.h"
#include "convert/pipeline/route.h"
#include "convert/pipeline/run.h"
#include "convert/pipeline/run_report.h"
#include "convert/pipeline/stages/stages.h"
#include "convert/pipeline/state.h"
#include "domain/live/target.h"
#include <algorithm>
#include <span>

namespace h2k {

namespace {

/// What a person sees while a stage runs.
const char *sentence_of(Stage stage) {
    switch (stage) {
    case Stage::describe: return _("Reading the description of the source");
    case Stage::fetch: return _("Fetching the disks");
    case Stage::flatten: return _("Creating an overlay over each disk");
    case Stage::inspect: return _("Inspecting the guest");
    case Stage::plan: return _("Planning the repair");
    case Stage::fix: return _("Repairing the guest");
    case Stage::convert: return _("Writing the new disks");
    case Stage::validate: return _("Checking the result");
    }
    return "";
}

Result<> run_all(Run &run, std::span<const Step> steps) {
    for (const auto &step : steps)
        H2K_CHECK(step.run(run));
    return {};
}

/// @steps: all of one stage.
Result<> run_stage(Run &run, std::span<const Step> steps) {
    H2K_CHECK(check_cancelled(run.cancel));
    const auto stage = steps.front().stage;
    run.journal.stage(stage, "begun");
    run.stages.push_back({.stage = stage, .success = false, .seconds = 0, .error = {}, .steps = {}});
    run.show_progress(-1, sentence_of(stage));
    const gint64 from = g_get_monotonic_time();
    auto outcome = run_all(run, steps);
    auto &record = run.stages.back();
    record.seconds = Run::seconds_since(from);
    record.success = outcome.has_value();
    if (!outcome)
        record.error = outcome.error().message();
    run.journal.stage(stage, outcome ? "done" : "failed", record.error);
    return outcome;
}

} // namespace

Job::Job(Request request, Action action, Toolbox tools)
    : run_(std::make_unique<Run>(std::move(request), action, std::move(tools))),
      route_(route_of(action, run_->request)) {}

Job::~Job() = default;

Result<> Job::run(Progress &progress, GCancellable *cancel) {
    run_->progress = &progress;
    run_->cancel = cancel;
    if (acts(route_))
        open_folder();
    run_->journal.job(run_->job, name_of(run_->action), run_->request.sources);
    const gint64 from = g_get_monotonic_time();
    auto outcome = run_steps();
    run_->open.reset();
    if (!outcome)
        withdraw_results(*run_);
    run_->work.reset();
    finish(outcome, Run::seconds_since(from));
    return outcome;
}

void Job::open_folder() {
    report_killed_jobs(state_folder());
    auto folder = make_job_folder(run_->job);
    if (!folder)
        return run_->warn("job.no-folder", folder.error().message());
    run_->folder = *std::move(folder);
    run_->journal.open(run_->folder);
}

Result<> Job::run_steps() {
    H2K_CHECK(check_request(run_->request, run_->action));
    for (auto first = route_.cbegin(); first != route_.cend();) {
        const auto end = std::find_if(first, route_.cend(), [&](const Step &s) { return s.stage != first->stage; });
        H2K_CHECK(run_stage(*run_, {first, end}));
        first = end;
    }
    return {};
}

void Job::finish(const Result<> &outcome, double seconds) {
    report_ = report_of(*run_, outcome);
    report_.seconds = seconds;
    write_report(); // first: of a job whose journal has ended, nobody else writes one
    run_->journal.end(outcome.has_value(), outcome ? "" : outcome.error().message());
}

void Job::write_report() {
    const auto text = report_json(report_);
    const auto put = [&](const std::string &path, unsigned folder_mode) {
        if (!make_folder(folder_of(path), folder_mode))
            return false;
        return write_file(path, text).has_value();
    };
    const auto &request = run_->request;
    if (!run_->folder.empty() && put(run_->folder + "/report.json", 0700))
        report_.path = run_->folder + "/report.json";
    std::string wanted = request.report;
    if (wanted.empty() && publishes(route_) && !request.output_dir.empty()) {
        wanted = request.output_dir + "/report.json";
        // The report of an earlier import is not replaced by that of a failure, which the job's folder has too.
        if (!report_.success && !run_->published && path_exists(wanted))
            wanted.clear();
    }
    if (wanted.empty())
        return;
    // Where an import failed, another one may succeed.
    if (put(wanted, result_folder_mode))
        report_.path = wanted;
    else if (report_.success || !request.report.empty()) // else the failure has named the cause
        run_->progress->notice("report", {"job.report-not-written",
                                          sentence(_("The report cannot be written to “%s”."), wanted.c_str()),
                                          Severity::warning});
}

} // namespace h2k
