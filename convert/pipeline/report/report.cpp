// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/pipeline/report/report.h"
#include "convert/base/i18n.h"
#include "convert/base/messages.h"
#include "convert/base/text.h"
#include <algorithm>

namespace h2k {

namespace {

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
