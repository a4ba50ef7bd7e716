// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/pipeline/report/report_document.h"
#include "convert/model/fields/writer.h"
#include <algorithm>
#include <ranges>

namespace h2k {

namespace {

PipelineDocument pipeline_of(const Report &report) {
    PipelineDocument made{.success = report.success, .seconds = report.seconds, .stages = {}};
    for (const auto &stage : report.stages)
        made.stages.emplace_back(name_of(stage.stage), StageDocument{.success = stage.success,
                                                                     .seconds = stage.seconds,
                                                                     .lane = stage.lane,
                                                                     .error = stage.error,
                                                                     .result = {stage.steps}});
    return made;
}

/// What was done, and after it what was only planned: of the rest of a failed stage nothing is known.
std::vector<JournalChange> changes_of(const Report &report) {
    std::vector<JournalChange> all;
    for (const auto &done : report.applied)
        all.push_back({entry_of(done.change), done.error.empty() ? "done" : "failed", done.kept, done.error});
    const bool begun = std::ranges::count(report.stages, Stage::fix, &StageReport::stage) != 0;
    if (report.action != Action::boot_test && report.plan)
        for (const auto &change : report.plan->changes | std::views::drop(report.applied.size()))
            all.push_back({entry_of(change), begun ? "" : name_of(Outcome::planned), {}, {}});
    return all;
}

SummaryDocument summary_of(const Report &report) {
    const auto succeeded = static_cast<std::size_t>(std::ranges::count(report.stages, true, &StageReport::success));
    return {.stages = report.stages.size(),
            .successful_stages = succeeded,
            .failed_stages = report.stages.size() - succeeded,
            .warnings = report.notices.size(),
            .errors = report.errors.size(),
            .artifacts = report.artifacts.size()};
}

} // namespace

std::string report_json(const Report &report, bool one_line) {
    ReportDocument made{.timestamp = report.started,
                        .job = report.job,
                        .action = name_of(report.action),
                        .sources = report.sources,
                        .pipeline = pipeline_of(report),
                        .artifacts = report.artifacts,
                        .checksums = report.checksums,
                        .fixers = report.fixers,
                        .changes = changes_of(report),
                        .warnings = report.notices,
                        .errors = report.errors,
                        .summary = summary_of(report)};
    if (report.carry) {
        made.source_kind = report.carry->kind;
        made.source = report.carry->source;
    }
    if (report.plan && !report.plan->target.name.empty())
        made.target = report.plan->target;
    if (!report.applied.empty() && report.action == Action::import)
        made.files = report.files;
    if (report.boot)
        made.boot = boot_document(*report.boot);
    if (!report.domain.empty())
        made.domain = DomainDocument{report.domain, report.connection};
    return document_of(made, one_line);
}

} // namespace h2k
