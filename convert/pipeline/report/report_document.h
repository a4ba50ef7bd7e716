// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/text.h"
#include "convert/model/fields/change.h"
#include "convert/model/fields/machine.h"
#include "convert/model/fields/plans.h"
#include "convert/pipeline/report/boot_document.h"
#include "convert/pipeline/report/notice_document.h"
#include "convert/pipeline/report/report.h"

// A report as docs/json.md describes it.
namespace h2k {

struct StageSteps {
    std::vector<std::pair<std::string, double>> steps;
};
struct StageDocument {
    bool success = false;
    double seconds = 0;
    std::optional<LaneNote> lane{}; ///< in which it worked on the guest
    std::string error;              ///< of one that failed
    StageSteps result;              ///< of one that did not
};
struct PipelineDocument {
    bool success = false;
    double seconds = 0;
    std::vector<std::pair<std::string, StageDocument>> stages;
};
struct DomainDocument {
    std::string name, connection;
};
struct SummaryDocument {
    std::size_t stages = 0, successful_stages = 0, failed_stages = 0, warnings = 0, errors = 0, artifacts = 0;
};
struct ReportDocument {
    std::string timestamp, job, action;
    std::vector<std::string> sources;
    PipelineDocument pipeline;
    std::vector<Artifact> artifacts;
    std::vector<Checksum> checksums;
    std::string source_kind{};
    std::optional<Machine> source{}, target{};
    std::vector<FixerResult> fixers;
    std::vector<JournalChange> changes;
    std::optional<std::vector<JournalFile>> files{};
    std::optional<BootDocument> boot{};
    std::optional<DomainDocument> domain{};
    std::vector<ReportedNotice> warnings;
    std::vector<ReportedError> errors;
    SummaryDocument summary;
};

template <class A, Is<StageSteps> T> void fields(A &a, T &result) { a.dictionary("steps", result.steps); }

template <class A, Is<StageDocument> T> void fields(A &a, T &stage) {
    a.required("success", stage.success);
    a.required("duration", stage.seconds);
    a.optional("lane", stage.lane);
    a.where(!stage.success, [&] { a.required("error", stage.error); });
    a.where(stage.success, [&] { a.required("result", stage.result); });
}

template <class A, Is<PipelineDocument> T> void fields(A &a, T &pipeline) {
    a.required("success", pipeline.success);
    a.required("duration_seconds", pipeline.seconds);
    a.dictionary("stages", pipeline.stages);
}

template <class A, Is<Artifact> T> void fields(A &a, T &artifact) {
    a.required("type", artifact.type);
    a.required("path", artifact.path);
    a.optional("format", artifact.format);
    a.where(!artifact.format.empty(), [&] {
        auto size = artifact.bytes != 0 ? size_for_people(artifact.bytes) : "";
        a.optional("size_bytes", artifact.bytes);
        a.optional("size_human", size);
        a.required("virtual_size_bytes", artifact.virtual_size);
        a.optional("sha256", artifact.sha256);
    });
}

template <class A, Is<Checksum> T> void fields(A &a, T &checksum) {
    a.required("path", checksum.path);
    a.required("algorithm", checksum.algorithm);
    a.required("value", checksum.value);
    a.required("promised", checksum.promised);
}

template <class A, Is<DomainDocument> T> void fields(A &a, T &domain) {
    a.required("name", domain.name);
    a.optional("connection", domain.connection);
}

template <class A, Is<ReportedNotice> T> void fields(A &a, T &reported) {
    a.required("stage", reported.stage);
    a.merged(reported.notice);
    a.required("timestamp", reported.timestamp);
}

template <class A, Is<ReportedError> T> void fields(A &a, T &error) {
    a.required("stage", error.stage);
    a.required("message", error.message);
    a.required("timestamp", error.timestamp);
}

template <class A, Is<SummaryDocument> T> void fields(A &a, T &summary) {
    a.required("total_stages", summary.stages);
    a.required("successful_stages", summary.successful_stages);
    a.required("failed_stages", summary.failed_stages);
    a.required("total_warnings", summary.warnings);
    a.required("total_errors", summary.errors);
    a.required("total_artifacts", summary.artifacts);
}

template <class A, Is<ReportDocument> T> void fields(A &a, T &report) {
    a.constant("version", "1.0");
    a.constant("kind", "report");
    a.required("timestamp", report.timestamp);
    a.required("job", report.job);
    a.required("action", report.action);
    a.required("sources", report.sources);
    a.required("pipeline", report.pipeline);
    a.required("artifacts", report.artifacts);
    a.required("checksums", report.checksums);
    a.optional("source_kind", report.source_kind);
    a.optional("source", report.source);
    a.optional("target", report.target);
    a.required("fixers", report.fixers);
    a.required("changes", report.changes);
    a.optional("files", report.files);
    a.optional("boot_test", report.boot);
    a.optional("domain", report.domain);
    a.required("warnings", report.warnings);
    a.required("errors", report.errors);
    a.required("summary", report.summary);
}

} // namespace h2k
