// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/pipeline/report/report.h"
#include "convert/base/i18n.h"
#include "convert/base/messages.h"
#include "convert/pipeline/report/documents.h"
#include "convert/pipeline/report/table.h"
#include <algorithm>

namespace h2k {

namespace {

std::string boot_text(const BootEvidence &boot) {
    switch (boot.grade) {
    case BootGrade::proven: return sentence(_("proven. %s"), boot.why.c_str());
    case BootGrade::starts_directly:
        return sentence(_("the guest boots when it is started directly; its boot loader was not tested. %s"),
                        boot.why.c_str());
    case BootGrade::not_proven: break;
    }
    return sentence(_("NOT proven. %s"), boot.why.c_str());
}

void add_boot(TextTable &table, const BootEvidence &boot) {
    table.row(_("Boot:"), boot_text(boot));
    if (!boot.root_device.empty())
        table.indented(_("root"), boot.root_device + " (" + boot.root_driver + ")");
    for (const auto &mount : boot.mounts)
        table.indented(_("mounted"), mount);
    for (const auto &nic : boot.nics)
        table.indented(_("card"), nic);
    for (const auto &address : boot.addresses)
        table.indented(_("address"), address);
    for (const auto &unit : boot.failed_units)
        table.indented(_("failed"), unit);
    if (boot.method == "probe" && boot.came_up() && boot.failed_units.empty())
        table.indented(_("failed"), _("no unit"));
    for (const auto &unit : boot.given_up_units)
        table.indented(_("gave up"), unit);
    table.indented(_("ran on"), boot.accelerator);
    table.indented(_("network"), boot.network);
    if (!boot.untested.empty())
        table.indented(_("started"), boot.untested);
    if (!boot.trust.empty())
        table.indented(_("trust"), boot.trust);
}

/// What one fixer changed.
struct Concern {
    std::string fixer;
    std::vector<std::string> files; ///< each once
    std::vector<std::string> steps; ///< the reasons of what has no file
};

void add_once(std::vector<std::string> &texts, const std::string &text) {
    if (std::ranges::find(texts, text) == texts.end())
        texts.push_back(text);
}

/// In the order of doing; without changes that failed.
std::vector<Concern> concerns_of(const std::vector<Applied> &applied) {
    std::vector<Concern> all;
    for (const auto &done : applied) {
        if (!done.error.empty())
            continue;
        auto concern = std::ranges::find(all, done.change.fixer, &Concern::fixer);
        if (concern == all.end())
            concern = all.insert(all.end(), {.fixer = done.change.fixer, .files = {}, .steps = {}});
        const auto facts = facts_of(done.change);
        for (const auto &effect : facts.effects)
            add_once(concern->files, effect.path);
        if (facts.effects.empty())
            add_once(concern->steps, done.change.reason);
    }
    return all;
}

std::string concern_text(const Concern &concern, const std::vector<FixerResult> &fixers) {
    const auto result = std::ranges::find(fixers, concern.fixer, &FixerResult::fixer);
    const auto summary = result == fixers.end() ? "" : summary_of(*result);
    const auto files = concern.files.size();
    if (files == 0)
        return concern.fixer + (summary.empty() ? "" : ": " + summary);
    if (summary.empty())
        return sentence(ngettext("%s: %zu file", "%s: %zu files", files), concern.fixer.c_str(), files);
    return sentence(ngettext("%s: %s (%zu file)", "%s: %s (%zu files)", files), concern.fixer.c_str(), summary.c_str(),
                    files);
}

void add_changes(TextTable &table, const Report &report, bool verbose) {
    for (const auto &concern : concerns_of(report.applied)) {
        table.row(_("Changed:"), concern_text(concern, report.fixers));
        if (!verbose)
            continue;
        for (const auto &path : concern.files)
            table.indented(_("file"), path);
        for (const auto &step : concern.steps)
            table.indented(_("step"), step);
    }
}

} // namespace

std::string report_text(const Report &report, bool verbose) {
    TextTable table;
    if (report.plan)
        table.row(_("Guest:"), report.plan->guest.family() == Family::unknown ? _("not recognised")
                                                                              : report.plan->guest.pretty_name);
    add_changes(table, report, verbose);
    const auto verified = static_cast<std::size_t>(std::ranges::count(report.checksums, true, &Checksum::promised));
    if (verified != 0)
        table.row(
            _("Manifest:"),
            sentence(ngettext("%zu file matches its checksum", "%zu files match their checksums", verified), verified));
    for (const auto &artifact : report.artifacts)
        table.row(artifact.type == "converted_image" ? _("Disk:") : _("File:"), artifact.path);
    if (!report.domain.empty())
        table.row(_("Domain:"), report.domain);
    if (!report.path.empty())
        table.row(_("Report:"), report.path);
    if (report.boot)
        add_boot(table, *report.boot);
    return table.text();
}

} // namespace h2k
