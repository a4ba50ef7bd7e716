// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/pipeline/report/documents.h"
#include "convert/base/i18n.h"
#include "convert/base/messages.h"
#include "convert/base/text.h"
#include "convert/model/fields/writer.h"
#include "convert/pipeline/report/document_types.h"
#include "convert/pipeline/report/table.h"
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
            diff += plan.hides(facts) ? std::string{_("(content not shown)\n")}
                                      : H2K_TRY(unified_diff(effect.path, content, next, cancel));
            content = next;
        }
    }
    return diffs;
}

std::string change_text(const Change &change, const std::string &diff, bool hidden) {
    const auto facts = facts_of(change);
    return "# " + change.fixer + ": " + one_line(change.reason) + "\n" + facts.shown +
           (hidden && !diff.empty() ? printable(facts.path) + " " : "") + diff;
}

std::string cpus_text(unsigned vcpus) { return sentence(ngettext("%u CPU", "%u CPUs", vcpus), vcpus); }

void add_disk(TextTable &table, const Disk &disk) {
    const auto shown = [](const Image &image) {
        return std::string{name_of(image.format)} + (image.subformat.empty() ? "" : " " + image.subformat);
    };
    if (disk.fetch)
        return table.row(_("Disk:"), sentence(_("%s, packed in %s"), disk.fetch->name.c_str(),
                                              disk.fetch->pieces.front().path.c_str()));
    if (disk.blank)
        return table.row(_("Disk:"), sentence(_("blank (%s)"), size_for_people(disk.top.bytes).c_str()));
    table.row(_("Disk:"), sentence(_("%s (%s, %s)"), disk.top.path.c_str(), shown(disk.top).c_str(),
                                   size_for_people(disk.top.bytes).c_str()));
    for (const auto &image : disk.below)
        table.indented(_("on"), sentence(_("%s (%s)"), image.path.c_str(), shown(image).c_str()));
}

/// What describes the machine, where that is more than its disks.
void add_source(TextTable &table, const CarryPlan &carried) {
    const auto &machine = carried.source;
    std::vector<std::string> known{machine.name};
    if (machine.vcpus)
        known.push_back(cpus_text(machine.vcpus));
    if (machine.memory)
        known.push_back(sentence(_("%s of memory"), size_for_people(machine.memory).c_str()));
    if (machine.firmware != Firmware::unknown)
        known.emplace_back(name_of(machine.firmware));
    if (machine.secure_boot)
        known.emplace_back(_("secure boot"));
    if (machine.tpm)
        known.emplace_back("TPM");
    if (carried.kind != "disks")
        table.row(_("Machine:"), join(known, ", "));
    for (const auto &disk : machine.disks)
        add_disk(table, disk);
    for (const auto &iso : machine.isos)
        table.row(_("CD-ROM:"), iso.name);
    for (const auto &nic : machine.nics)
        table.row(_("Card:"), sentence(_("%s, %s, %s"), nic.mac.empty() ? "?" : nic.mac.c_str(),
                                       nic.model.empty() ? "?" : nic.model.c_str(),
                                       nic.network.empty() ? "?" : nic.network.c_str()));
}

std::string interface_text(const GuestInterface &one) {
    const auto shown = [](const std::vector<std::string> &texts) { return printable(join(texts, " ")); };
    std::vector<std::string> known{one.kind, one.mac};
    if (!one.members.empty())
        known.push_back(sentence(_("of %s"), shown(one.members).c_str()));
    if (one.vlan)
        known.push_back(sentence(_("VLAN %u"), *one.vlan));
    if (!one.parent.empty())
        known.push_back(sentence(_("on %s"), printable(one.parent).c_str()));
    if (one.dhcp4 || one.dhcp6)
        known.emplace_back(one.dhcp4 && one.dhcp6 ? "DHCP, DHCPv6" : one.dhcp4 ? "DHCP" : "DHCPv6");
    known.push_back(shown(one.addresses));
    if (!one.gateways.empty())
        known.push_back(sentence(_("gateway %s"), shown(one.gateways).c_str()));
    std::erase(known, "");
    return sentence(_("%s, %s (%s, %s)"), one.name.empty() ? "?" : printable(one.name).c_str(),
                    printable(join(known, ", ")).c_str(), one.backend.c_str(), printable(one.file).c_str());
}

void add_guest(TextTable &table, const Inspection &guest) {
    std::vector<std::string> known{guest.pretty_name, guest.arch, name_of(guest.firmware)};
    std::erase(known, "");
    table.row(_("System:"), join(known, ", "));
    if (!guest.hostname.empty())
        table.row(_("Host name:"), guest.hostname);
    for (const auto &mount : guest.mounts)
        table.row(_("Mount:"),
                  sentence(_("%s on %s (%s)"), mount.device.c_str(), mount.path.c_str(), mount.type.c_str()));
    for (const auto &kernel : guest.linux_facts().kernels)
        table.row(_("Kernel:"), kernel.version);
    for (const auto &one : guest.interfaces)
        table.row(_("Interface:"), interface_text(one));
}

Notices notices_of(const CarryPlan &carried, const Inspection *guest) {
    auto all = carried.notices;
    if (guest)
        all.add(guest->notices);
    return all;
}

void add_notices(TextTable &table, const Notices &notices) {
    for (const auto &notice : notices)
        table.row(notice.severity == Severity::note ? _("Note:") : _("Warning:"), notice.text);
}

std::vector<Notice> list_of(const Notices &notices) { return {notices.begin(), notices.end()}; }

} // namespace

std::string summary_of(const FixerResult &result) { return *result.summary ? _(result.summary) : ""; }

Notices notices_of(const RepairPlan &plan) {
    auto all = plan.notices;
    for (const auto &result : plan.fixers) {
        if (result.outcome == Outcome::skipped)
            all.warn("repair.fixer-skipped",
                     sentence(_("%s was skipped: %s"), result.fixer.c_str(), result.why.c_str()));
        all.add(result.notices);
    }
    return all;
}

std::string inspection_json(const CarryPlan &carried, const Inspection *guest) {
    return document_of(InspectionDocument{.source_kind = carried.kind,
                                          .machines = carried.machines,
                                          .configurations = carried.configurations,
                                          .source = carried.source,
                                          .guest = guest ? std::optional{*guest} : std::nullopt,
                                          .warnings = list_of(notices_of(carried, guest))});
}

std::string inspection_text(const CarryPlan &carried, const Inspection *guest) {
    TextTable table;
    add_source(table, carried);
    if (guest)
        add_guest(table, *guest);
    add_notices(table, notices_of(carried, guest));
    return table.text();
}

Result<std::string> plan_json(const CarryPlan &carried, const RepairPlan &plan, GCancellable *cancel) {
    auto diffs = H2K_TRY(diffs_of(plan, cancel));
    std::vector<PlannedChange> changes;
    for (std::size_t i = 0; i < plan.changes.size(); ++i)
        changes.push_back({entry_of(plan.changes[i]), std::move(diffs[i])});
    return document_of(PlanDocument{.source_kind = carried.kind,
                                    .machines = carried.machines,
                                    .configurations = carried.configurations,
                                    .source = carried.source,
                                    .guest = plan.guest,
                                    .osinfo = plan.osinfo,
                                    .lane = plan.lane,
                                    .fixers = plan.fixers,
                                    .changes = std::move(changes),
                                    .target = plan.target.name.empty() ? std::nullopt : std::optional{plan.target},
                                    .warnings = list_of(notices_of(plan))});
}

namespace {

/// The machine that the guest becomes.
void add_target(TextTable &table, const RepairPlan &plan) {
    const auto &target = plan.target;
    table.row(_("Becomes:"), sentence(_("the domain “%s”, %s, %s, %s of memory, described as %s"), target.name.c_str(),
                                      name_of(target.firmware), cpus_text(target.vcpus).c_str(),
                                      size_for_people(target.memory).c_str(), plan.osinfo.id.c_str()));
    for (const auto &disk : target.disks)
        table.row(_("Disk:"), sentence(_("%s, %s, %s"), name_of(disk.top.format),
                                       size_for_people(disk.top.bytes).c_str(), name_of(disk.bus)));
    for (const auto &nic : target.nics)
        table.row(_("Card:"), sentence(_("%s, %s"), nic.mac.c_str(), nic.model.c_str()));
    for (const auto &iso : target.isos)
        table.row(_("CD-ROM:"), iso.seed ? _("the seed of cloud-init, on an ISO image") : iso.name);
}

/// What is repaired, one concern a line.
void add_repairs(TextTable &table, const RepairPlan &plan) {
    for (const auto &result : plan.fixers)
        if (result.outcome == Outcome::planned)
            table.row(_("Repair:"), result.fixer + ": " + summary_of(result));
}

} // namespace

Result<std::string> plan_text(const CarryPlan &carried, const RepairPlan &plan, GCancellable *cancel) {
    const auto diffs = H2K_TRY(diffs_of(plan, cancel));
    TextTable table;
    add_source(table, carried);
    add_guest(table, plan.guest);
    if (!plan.target.name.empty())
        add_target(table, plan);
    add_repairs(table, plan);
    add_notices(table, notices_of(plan));
    auto text = table.text();
    if (plan.changes.empty())
        return text + "\n" + _("Nothing has to be changed in the guest.\n");
    for (std::size_t i = 0; i < plan.changes.size(); ++i)
        text += "\n" + change_text(plan.changes[i], diffs[i], plan.hides(facts_of(plan.changes[i])));
    return text;
}

} // namespace h2k
