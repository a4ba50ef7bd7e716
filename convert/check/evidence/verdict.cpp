// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/check/evidence/verdict.h"
#include "convert/base/i18n.h"
#include "convert/base/messages.h"
#include "convert/base/text.h"
#include <algorithm>

namespace h2k {

namespace {

bool all_virtio(const std::string &drivers) {
    const auto names = words(drivers);
    return !names.empty() && std::ranges::all_of(names, [](const std::string &name) {
        return name == "virtio_blk" || name == "virtio_scsi";
    });
}

/// Why the report proves nothing; "" if it proves the boot.
std::string objection(const ProbeReport &report, Bus bus, const BootEvidence &evidence) {
    if (report.one("state") == "maintenance")
        return evidence.missing_mounts.empty()
                   ? _("The guest came up in emergency mode only.")
                   : sentence(_("The guest came up in emergency mode only; these of its file systems are not "
                                "mounted: %s."),
                              join(evidence.missing_mounts, ", ").c_str());
    if (!evidence.missing_mounts.empty())
        return sentence(_("The guest came up, but these of its file systems are not mounted: %s."),
                        join(evidence.missing_mounts, ", ").c_str());
    if (bus == Bus::virtio && !all_virtio(evidence.root_driver))
        return sentence(_("The guest came up with its root file system on “%s”, which is not a virtio disk; its driver "
                          "is “%s”."),
                        evidence.root_device.c_str(), evidence.root_driver.c_str());
    return {};
}

Notices notices_of(const ProbeReport &report) {
    Notices notices;
    for (const auto &point : report.all("absent"))
        notices.warn("boot.not-mounted",
                     sentence(_("The guest did not mount “%s” in the boot test; it is a network file system, or its "
                                "fstab allows the boot to continue without it."),
                              point.c_str()));
    for (const auto &unit : report.all("gave_up"))
        notices.warn("boot.unit-gave-up",
                     sentence(_("The guest waited in vain for what the unit %s needs, and started without that unit."),
                              unit.c_str()));
    const auto wanted = report.all("fstab_swap").size(), used = report.all("swap").size();
    if (wanted > used)
        notices.warn("boot.swap-not-in-use",
                     sentence(_("The guest's fstab names %zu swap areas, but only %zu are in use."), wanted, used));
    if (!report.all("nic").empty() && report.all("address").empty())
        notices.warn("boot.no-address", _("No network card of the guest got an address in the boot test."));
    return notices;
}

} // namespace

BootGrade grade_of(bool came_up, StartedBy start) {
    if (!came_up)
        return BootGrade::not_proven;
    return start == StartedBy::firmware ? BootGrade::proven : BootGrade::starts_directly;
}

Notices judge(const ProbeDialogue &probe, Bus bus, BootEvidence &evidence) {
    const auto &report = probe.report();
    evidence.root_device = report.one("root");
    evidence.root_driver = report.one("root_driver");
    evidence.kernel = report.one("kernel");
    evidence.mounts = report.all("mount");
    evidence.missing_mounts = report.all("missing");
    evidence.addresses = report.all("address");
    evidence.nics = report.all("nic");
    evidence.failed_units = report.all("failed");
    evidence.given_up_units = report.all("gave_up");
    evidence.why = probe.doubt();
    if (evidence.why.empty())
        evidence.why = objection(report, bus, evidence);
    evidence.grade = grade_of(evidence.why.empty(), evidence.start);
    if (evidence.came_up())
        evidence.why =
            sentence(_("The guest reported from inside that it runs with its root file system on “%s” (%s) and "
                       "everything of its fstab mounted."),
                     evidence.root_device.c_str(), evidence.root_driver.c_str());
    return notices_of(report);
}

std::string what_a_direct_start_leaves_open(const BootEvidence &evidence) {
    const std::string sentences =
        evidence.came_up()
            ? _("The guest's own kernel was started directly, with the initramfs and the command line of its boot "
                "menu: "
                "its firmware, its boot loader and what the boot loader needs were not tested. A test with "
                "--boot-test=probe starts them too.")
            : _("The guest's own kernel was started directly, with the initramfs and the command line of its boot "
                "menu, "
                "past its firmware and its boot loader.");
    return evidence.added_arguments.empty()
               ? sentences
               : sentences + " " + sentence(_("Its command line had “%s” in front."), evidence.added_arguments.c_str());
}

std::string what_a_proof_is_worth(bool by_probe) {
    return by_probe
               ? _("Only the probe asked for the secret word of the boot test, before the guest's services started. "
                   "The kernel, the initramfs and programs that run as root in the guest are trusted: if they are "
                   "hostile, they can forge the report.")
               : _("Whatever runs in the guest can show a login prompt or answer for the guest agent; that it is "
                   "honest is trusted.");
}

} // namespace h2k
