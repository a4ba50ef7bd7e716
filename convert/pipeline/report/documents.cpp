// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/pipeline/report/documents.h"
#include "convert/base/i18n.h"
#include "convert/base/messages.h"
#include "convert/base/text.h"
#include "convert/model/fields/writer.h"
#include "convert/pipeline/report/document_types.h"
#include "convert/pipeline/report/unified_diff.h"
#include <algorithm>
#include <map>
#include <optional>

namespace h2k {

namespace {

/// The diff of each change, "" for one that leaves no known content; changes of one file build on each other.
Result<std::vector<std::string>> diffs_of(const RepairPlan &plan, GCancellable *cancel) {
    std::map<std::string, std::optional<std::string>> now;
    for (const auto &[path, content] : plan.before)
        now[path] = content;
    std::vector<std::string> diffs;
    for (const auto &change : plan.changes) {
        const auto facts = facts_of(change);
        auto &diff = diffs.emplace_back();
        for (const auto &effect : facts.effects) {
            if (!effect.is_known())
                continue;
            auto &content = now[effect.path];
            const auto next = effect.content ? std::optional{*effect.content} : std::nullopt;
            diff += facts.secret ? std::string{_("(content not shown)\n")}
                                 : H2K_TRY(unified_diff(effect.path, content, next, cancel));
            content = next;
        }
    }
    return diffs;
}

std::string change_text(const Change &change, const std::string &diff) {
    const auto facts = facts_of(change);
    return "# " + change.fixer + ": " + change.reason + "\n" + facts.shown +
           (facts.secret && !diff.empty() ? facts.path + " " : "") + diff;
}

std::string disk_text(const Disk &disk) {
    const auto shown = [](const Image &image) {
        return std::string{name_of(image.format)} + (image.subformat.empty() ? "" : " " + image.subformat);
    };
    if (disk.fetch)
        return sentence(_("Disk:      %s, packed in %s\n"), disk.fetch->name.c_str(),
                        disk.fetch->pieces.front().path.c_str());
    auto text = sentence(_("Disk:      %s (%s, %s)\n"), disk.top.path.c_str(), shown(disk.top).c_str(),
                         size_for_people(disk.top.bytes).c_str());
    for (const auto &image : disk.below)
        text += sentence(_("  on       %s (%s)\n"), image.path.c_str(), shown(image).c_str());
    return text;
}

/// What describes the machine, where that is more than its disks.
std::string source_text(const CarryPlan &carried) {
    const auto &machine = carried.source;
    std::vector<std::string> known{machine.name};
    if (machine.vcpus)
        known.push_back(sentence(ngettext("%u CPU", "%u CPUs", machine.vcpus), machine.vcpus));
    if (machine.memory)
        known.push_back(sentence(_("%s of memory"), size_for_people(machine.memory).c_str()));
    if (machine.firmware != Firmware::unknown)
        known.emplace_back(name_of(machine.firmware));
    if (machine.secure_boot)
        known.emplace_back(_("secure boot"));
    if (machine.tpm)
        known.emplace_back("TPM");
    std::string text;
    if (carried.kind != "disks")
        text += sentence(_("Machine:   %s\n"), join(known, ", ").c_str());
    for (const auto &disk : machine.disks)
        text += disk_text(disk);
    for (const auto &nic : machine.nics)
        text += sentence(_("Card:      %s, %s, %s\n"), nic.mac.empty() ? "?" : nic.mac.c_str(),
                         nic.model.empty() ? "?" : nic.model.c_str(), nic.network.empty() ? "?" : nic.network.c_str());
    return text;
}

std::string interface_text(const GuestInterface &one) {
    const auto shown = [](const std::vector<std::string> &texts) { return printable(join(texts, " ")); };
    std::vector<std::string> known{one.kind, one.mac};
    if (!one.members.empty())
        known.push_back(sentence(_("of %s"), shown(one.members).c_str()));
    if (one.vlan)
        known.push_back(sentence(_("number %u"), *one.vlan));
    if (!one.parent.empty())
        known.push_back(sentence(_("on %s"), printable(one.parent).c_str()));
    if (one.dhcp4 || one.dhcp6)
        known.emplace_back(one.dhcp4 && one.dhcp6 ? "DHCP, DHCPv6" : one.dhcp4 ? "DHCP" : "DHCPv6");
    known.push_back(shown(one.addresses));
    if (!one.gateways.empty())
        known.push_back(sentence(_("gateway %s"), shown(one.gateways).c_str()));
    std::erase(known, "");
    return sentence(_("Interface: %s, %s (%s, %s)\n"), one.name.empty() ? "?" : printable(one.name).c_str(),
                    printable(join(known, ", ")).c_str(), one.backend.c_str(), printable(one.file).c_str());
}

std::string guest_text(const Inspection &guest) {
    std::vector<std::string> known{guest.pretty_name, guest.arch, name_of(guest.firmware)};
    std::erase(known, "");
    auto text = sentence(_("System:    %s\n"), join(known, ", ").c_str());
    if (!guest.hostname.empty())
        text += sentence(_("Host name: %s\n"), guest.hostname.c_str());
    for (const auto &mount : guest.mounts)
        text += sentence(_("Mount:     %s on %s (%s)\n"), mount.device.c_str(), mount.path.c_str(), mount.type.c_str());
    for (const auto &kernel : guest.linux_facts().kernels)
        text += sentence(_("Kernel:    %s\n"), kernel.version.c_str());
    for (const auto &one : guest.interfaces)
        text += interface_text(one);
    return text;
}

/// Adds what is not said yet.
void add_new(std::vector<std::string> &warnings, const std::vector<std::string> &more) {
    for (const auto &warning : more)
        if (std::ranges::find(warnings, warning) == warnings.end())
            warnings.push_back(warning);
}

std::vector<std::string> warnings_of(const CarryPlan &carried, const Inspection *guest) {
    std::vector<std::string> all;
    add_new(all, carried.warnings);
    if (guest)
        add_new(all, guest->warnings);
    return all;
}

std::vector<std::string> warnings_of(const RepairPlan &plan) {
    std::vector<std::string> all;
    add_new(all, plan.warnings);
    for (const auto &result : plan.fixers)
        add_new(all, result.warnings);
    return all;
}

/// What a document for people says of fixers that could not do their part.
std::vector<std::string> told_of(const RepairPlan &plan) {
    auto all = warnings_of(plan);
    for (const auto &result : plan.fixers)
        if (result.outcome == Outcome::skipped)
            add_new(all, {skip_text(result)});
    return all;
}

std::string warning_lines(const std::vector<std::string> &warnings) {
    std::string text;
    for (const auto &warning : warnings)
        text += sentence(_("Warning:   %s\n"), warning.c_str());
    return text;
}

} // namespace

std::string skip_text(const FixerResult &result) {
    return sentence(_("%s was skipped: %s"), result.fixer.c_str(), result.why.c_str());
}

std::string inspection_json(const CarryPlan &carried, const Inspection *guest) {
    return document_of(InspectionDocument{.source_kind = carried.kind,
                                          .source = carried.source,
                                          .guest = guest ? std::optional{*guest} : std::nullopt,
                                          .warnings = warnings_of(carried, guest)});
}

std::string inspection_text(const CarryPlan &carried, const Inspection *guest) {
    return source_text(carried) + (guest ? guest_text(*guest) : "") + warning_lines(warnings_of(carried, guest));
}

Result<std::string> plan_json(const CarryPlan &carried, const RepairPlan &plan, GCancellable *cancel) {
    auto diffs = H2K_TRY(diffs_of(plan, cancel));
    std::vector<PlannedChange> changes;
    for (std::size_t i = 0; i < plan.changes.size(); ++i)
        changes.push_back({entry_of(plan.changes[i]), std::move(diffs[i])});
    return document_of(PlanDocument{.source_kind = carried.kind,
                                    .source = carried.source,
                                    .guest = plan.guest,
                                    .osinfo = plan.osinfo,
                                    .fixers = plan.fixers,
                                    .changes = std::move(changes),
                                    .target = plan.target.name.empty() ? std::nullopt : std::optional{plan.target},
                                    .warnings = warnings_of(plan)});
}

namespace {

/// The machine that the guest becomes.
std::string target_text(const RepairPlan &plan) {
    const auto &target = plan.target;
    std::string text = sentence(_("Becomes:   the domain “%s”, %s, %u CPUs, %s of memory, described as %s\n"),
                                target.name.c_str(), name_of(target.firmware), target.vcpus,
                                size_for_people(target.memory).c_str(), plan.osinfo.id.c_str());
    for (const auto &disk : target.disks)
        text += sentence(_("Disk:      %s, %s, virtio\n"), name_of(disk.top.format),
                         size_for_people(disk.top.bytes).c_str());
    for (const auto &nic : target.nics)
        text += sentence(_("Card:      %s, virtio\n"), nic.mac.c_str());
    if (target.seed_iso)
        text += _("CD-ROM:    the seed of cloud-init, on an ISO image\n");
    return text;
}

/// What is repaired, one concern a line.
std::string repair_text(const RepairPlan &plan) {
    std::string text;
    for (const auto &result : plan.fixers)
        if (result.outcome == Outcome::planned)
            text += sentence(_("Repair:    %s: %s\n"), result.fixer.c_str(), _(result.summary));
    return text;
}

} // namespace

Result<std::string> plan_text(const CarryPlan &carried, const RepairPlan &plan, GCancellable *cancel) {
    const auto diffs = H2K_TRY(diffs_of(plan, cancel));
    std::string text = source_text(carried) + guest_text(plan.guest) +
                       (plan.target.name.empty() ? "" : target_text(plan)) + repair_text(plan) +
                       warning_lines(told_of(plan));
    if (plan.changes.empty())
        return text + "\n" + _("Nothing has to be changed in the guest.\n");
    for (std::size_t i = 0; i < plan.changes.size(); ++i)
        text += "\n" + change_text(plan.changes[i], diffs[i]);
    return text;
}

} // namespace h2k
