// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/pipeline/report/report.h"
#include "convert/base/i18n.h"
#include "convert/base/messages.h"
#include "convert/base/text.h"
#include "convert/model/change_json.h"
#include "convert/pipeline/report/boot_json.h"
#include "convert/pipeline/report/machine_json.h"
#include <algorithm>
#include <ranges>

namespace h2k {

namespace {

void write_stages(JsonWriter &json, const Report &report) {
    json.object("stages", [&] {
        for (const auto &stage : report.stages)
            json.object(name_of(stage.stage), [&] {
                json.member("success", stage.success);
                json.member("duration", stage.seconds);
                if (!stage.success)
                    return json.member("error", stage.error);
                json.object("result", [&] {
                    json.object("steps", [&] {
                        for (const auto &[step, seconds] : stage.steps)
                            json.member(step.c_str(), seconds);
                    });
                });
            });
    });
}

void write_artifacts(JsonWriter &json, const Report &report) {
    json.array("artifacts", [&] {
        for (const auto &artifact : report.artifacts)
            json.object([&] {
                json.member("type", artifact.type);
                json.member("path", artifact.path);
                if (artifact.format.empty())
                    return;
                json.member("format", artifact.format);
                if (artifact.bytes != 0) {
                    json.member("size_bytes", artifact.bytes);
                    json.member("size_human", size_for_people(artifact.bytes));
                }
                json.member("virtual_size_bytes", artifact.virtual_size);
                json.optional("sha256", artifact.sha256);
            });
    });
}

void write_checksums(JsonWriter &json, const Report &report) {
    json.array("checksums", [&] {
        for (const auto &checksum : report.checksums)
            json.object([&] {
                json.member("path", checksum.path);
                json.member("algorithm", name_of(checksum.algorithm));
                json.member("value", checksum.value);
                json.member("promised", checksum.promised);
            });
    });
}

void write_notes(JsonWriter &json, const char *name, const std::vector<Note> &notes) {
    json.array(name, [&] {
        for (const auto &note : notes)
            json.object([&] {
                json.member("stage", note.stage);
                json.member("message", note.message);
                json.member("timestamp", note.timestamp);
            });
    });
}

/// What was done, and after it what was only planned: of the rest of a failed stage nothing is known.
void write_changes(JsonWriter &json, const Report &report) {
    const auto write = [&](const Change &change, const char *outcome, const std::vector<std::string> &kept,
                           const std::string &error = {}) {
        json.object([&] {
            write_change(json, change);
            json.optional("outcome", outcome);
            json.member("kept", kept);
            json.optional("error", error);
        });
    };
    const bool begun = std::ranges::count(report.stages, Stage::fix, &StageReport::stage) != 0;
    json.array("changes", [&] {
        for (const auto &done : report.applied)
            write(done.change, done.error.empty() ? "done" : "failed", done.kept, done.error);
        if (report.action != Action::boot_test && report.plan)
            for (const auto &change : report.plan->changes | std::views::drop(report.applied.size()))
                write(change, begun ? "" : name_of(Outcome::planned), {});
    });
}

void write_summary(JsonWriter &json, const Report &report) {
    const auto succeeded = std::ranges::count(report.stages, true, &StageReport::success);
    json.object("summary", [&] {
        json.member("total_stages", report.stages.size());
        json.member("successful_stages", succeeded);
        json.member("failed_stages", static_cast<std::ptrdiff_t>(report.stages.size()) - succeeded);
        json.member("total_warnings", report.warnings.size());
        json.member("total_errors", report.errors.size());
        json.member("total_artifacts", report.artifacts.size());
    });
}

std::string line(const char *label, const std::string &text) { return std::string{label} + text + "\n"; }

std::string boot_text(const BootEvidence &boot) {
    std::string text = line(boot.proven ? _("Boot:      proven. ") : _("Boot:      NOT proven. "), boot.why);
    if (!boot.root_device.empty())
        text += line(_("  root     "), boot.root_device + " (" + boot.root_driver + ")");
    for (const auto &mount : boot.mounts)
        text += line(_("  mounted  "), mount);
    for (const auto &nic : boot.nics)
        text += line(_("  card     "), nic);
    for (const auto &address : boot.addresses)
        text += line(_("  address  "), address);
    for (const auto &unit : boot.failed_units)
        text += line(_("  failed   "), unit);
    if (boot.method == "probe" && boot.proven && boot.failed_units.empty())
        text += line(_("  failed   "), _("no unit"));
    text += line(_("  ran on   "), boot.accelerator);
    return text;
}

} // namespace

std::string report_json(const Report &report, bool one_line) {
    JsonWriter json;
    json.object([&] {
        json.member("version", "1.0");
        json.member("kind", "report");
        json.member("timestamp", report.started);
        json.member("job", report.job);
        json.member("action", name_of(report.action));
        json.member("sources", report.sources);
        json.object("pipeline", [&] {
            json.member("success", report.success);
            json.member("duration_seconds", report.seconds);
            write_stages(json, report);
        });
        write_artifacts(json, report);
        write_checksums(json, report);
        if (report.carry) {
            json.member("source_kind", report.carry->kind);
            write_machine(json, "source", report.carry->source);
        }
        if (report.plan && !report.plan->target.name.empty())
            write_machine(json, "target", report.plan->target);
        write_fixers(json, "fixers", report.fixers);
        write_changes(json, report);
        if (!report.applied.empty() && report.action == Action::import)
            json.array("files", [&] {
                for (const auto &file : report.files)
                    json.object([&] { write_journal_file(json, file); });
            });
        if (report.boot)
            write_boot_test(json, *report.boot);
        if (!report.domain.empty())
            json.object("domain", [&] {
                json.member("name", report.domain);
                json.optional("connection", report.connection);
            });
        write_notes(json, "warnings", report.warnings);
        write_notes(json, "errors", report.errors);
        write_summary(json, report);
    });
    return json.text(one_line);
}

std::string report_text(const Report &report) {
    std::string text;
    if (report.plan)
        text += line(_("Guest:     "), report.plan->guest.pretty_name);
    for (const auto &done : report.applied) {
        if (!done.error.empty())
            continue;
        const auto path = path_of(done.change);
        text += line(_("Changed:   "), (path.empty() ? done.change.reason : path) + " (" + done.change.fixer + ")");
    }
    const auto verified = std::ranges::count(report.checksums, true, &Checksum::promised);
    if (verified != 0)
        text += sentence(ngettext("Manifest:  %td file is as the manifest says\n",
                                  "Manifest:  %td files are as the manifest says\n", static_cast<gulong>(verified)),
                         verified);
    for (const auto &artifact : report.artifacts)
        text += line(artifact.type == "converted_image" ? _("Disk:      ") : _("File:      "), artifact.path);
    if (!report.domain.empty())
        text += line(_("Domain:    "), report.domain);
    if (!report.path.empty())
        text += line(_("Report:    "), report.path);
    if (report.boot)
        text += boot_text(*report.boot);
    return text;
}

} // namespace h2k
