// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/pipeline/run_report.h"
#include "convert/base/secrets/mask.h"
#include "convert/pipeline/run.h"

namespace h2k {

namespace {

Artifact plain_file(const char *type, const std::string &path) {
    return {.type = type, .path = path, .format = {}, .bytes = 0, .virtual_size = 0};
}

Artifact image(const DiskWork::Published &published, const std::string &sha256) {
    const auto &top = published.disk.top;
    return {.type = "converted_image",
            .path = top.path,
            .format = name_of(top.format),
            .bytes = published.stored,
            .virtual_size = top.bytes,
            .sha256 = sha256};
}

std::vector<Artifact> artifacts_of(const Run &run) {
    std::vector<Artifact> all;
    const auto add = [&](const char *type, const std::string &path) {
        if (!path.empty())
            all.push_back(plain_file(type, path));
    };
    if (run.boot) {
        add("serial_log", run.boot->serial_log);
        add("screenshot", run.boot->screenshot);
    }
    for (const auto &disk : run.disks)
        if (disk.published)
            all.push_back(image(*disk.published, disk.sha256));
    for (const auto &iso : run.isos)
        all.push_back({.type = iso.seed ? "seed_iso" : "cdrom_iso",
                       .path = iso.path,
                       .format = "iso",
                       .bytes = iso.stored,
                       .virtual_size = iso.bytes,
                       .sha256 = iso.sha256});
    add("domain_xml", run.domain_xml);
    if (!run.folder.empty())
        all.push_back(plain_file("journal", run.journal.path()));
    return all;
}

} // namespace

Report report_of(Run &run, const Result<> &outcome) {
    Report report;
    report.job = run.job;
    report.action = run.action;
    report.sources = run.request.sources;
    report.started = run.started;
    report.success = outcome.has_value();
    report.stages = run.stages;
    report.artifacts = artifacts_of(run);
    report.notices = run.notices;
    if (!outcome)
        report.errors.push_back({run.stages.empty() ? "request" : name_of(run.stages.back().stage),
                                 outcome.error().message(), timestamp_now()});
    report.checksums = run.checksums;
    if (run.carry) {
        auto source = run.source_machine();
        report.carry = std::move(run.carry);
        report.carry->source = std::move(source);
    }
    if (run.plan) {
        auto target = run.target_machine();
        report.plan = std::move(run.plan);
        report.plan->target = std::move(target);
    } else if (run.inspection)
        report.plan.emplace().guest = *run.inspection;
    report.fixers = run.fixers;
    report.applied = std::move(run.applied);
    report.files = std::move(run.changed_files);
    report.boot = run.boot;
    report.domain = run.domain;
    report.connection = without_secrets(run.connection);
    return report;
}

} // namespace h2k
