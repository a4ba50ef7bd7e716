// SPDX-License-Identifier: LGPL-2.1-or-later
#include "fixers/text/fstab.h"
#include "convert/base/i18n.h"
#include "convert/base/messages.h"
#include "convert/base/text.h"
#include "fixers/linux/fixers.h"
#include "fixers/linux/storage/cloud_disks.h"
#include "fixers/linux/storage/crypttab_keys.h"
#include "fixers/linux/storage/device_names.h"
#include "fixers/text/assignments.h"
#include "fixers/text/config_file.h"
#include <algorithm>

namespace h2k {

namespace {

constexpr const char *fstab_path = "/etc/fstab", *crypttab_path = "/etc/crypttab";

/// The edits to one fstab and why.
struct FstabWork {
    text::Edits edits;
    Renames renames;
    std::vector<std::string> mapped;   ///< devices that crypttab opens before, such as swap with a new key at each boot
    std::vector<std::string> optional; ///< mount points that get nofail
    std::vector<std::string> members;  ///< of btrfs, no longer listed
    std::vector<std::string> temporary; ///< mount points of disks that only the cloud has
};

void handle_missing(const text::FstabEntry &entry, FstabWork &work, Finding &finding) {
    if (entry.has_option("noauto") || entry.has_option("nofail"))
        return;
    const auto shown_device = printable(entry.device.value), shown_target = printable(entry.target.value);
    const char *device = shown_device.c_str(), *target = shown_target.c_str();
    if (entry.target.value == "/") {
        finding.notices.warn("fstab.unknown-root", sentence(_("Line %u of /etc/fstab names “%s” as the root file "
                                                              "system, which was not found on the guest's disks; the "
                                                              "guest may not boot."),
                                                            entry.line, device));
        return;
    }
    text::add_option(work.edits, entry, "nofail");
    work.optional.push_back(entry.is_swap() ? shown_device : shown_target);
    finding.notices.warn("fstab.unknown-device",
                         entry.is_swap() ? sentence(_("Line %u of /etc/fstab names “%s” as swap, which was not found "
                                                      "on the guest's disks; the guest now boots without it."),
                                                    entry.line, device)
                                         : sentence(_("Line %u of /etc/fstab names “%s” for “%s”, which was not found "
                                                      "on the guest's disks; the guest now boots without it."),
                                                    entry.line, device, target));
}

/// The root file system is the one with this fstab, whatever the fstab calls it.
NameVerdict name_of_root(const Inspection &facts) {
    auto verdict = judge_name(facts, facts.root, NameUse::file_system);
    if (verdict.state == NameVerdict::keeps)
        verdict =
            facts.root.empty() ? NameVerdict{NameVerdict::missing, {}} : NameVerdict{NameVerdict::renamed, facts.root};
    return verdict;
}

/// A btrfs on several devices can list them; the kernel finds them by itself, but fails where a listed one is missing.
void drop_members(const text::FstabEntry &entry, FstabWork &work) {
    std::vector<std::string> left;
    for (const auto &option : split(entry.options->value, ','))
        if (option.starts_with("device=") && is_bus_dependent(option.substr(7)))
            work.members.push_back(printable(option.substr(7)));
        else
            left.push_back(option);
    if (left.size() < split(entry.options->value, ',').size())
        work.edits.replace(*entry.options, left.empty() ? "defaults" : text::fstab_field(join(left, ",")));
}

/// Another disk may have that name now.
void handle_temporary(const text::FstabEntry &entry, FstabWork &work, Finding &finding) {
    if (entry.has_option("noauto"))
        return;
    text::add_option(work.edits, entry, entry.has_option("nofail") ? "noauto" : "noauto,nofail");
    work.temporary.push_back(printable(entry.target.value));
    finding.notices.warn("fstab.temporary-disk",
                         sentence(_("Line %u of /etc/fstab mounts the cloud's temporary disk on “%s”, which no image "
                                    "contains; it is no longer mounted."),
                                  entry.line, printable(entry.target.value).c_str()));
}

/// A cloud's letters do not follow the order of the disks.
void name_by_what_is_left(const Inspection &facts, const std::vector<text::FstabEntry> &all,
                          const text::FstabEntry &entry, NameVerdict &verdict, Finding &finding) {
    const auto *left = device_left_for(facts, all, entry);
    if (!left)
        return;
    const auto named = judge_name(facts, left->name, NameUse::file_system, entry.type.value);
    if (named.state != NameVerdict::renamed)
        return;
    verdict = named;
    finding.notices.warn("fstab.guessed-device",
                         sentence(_("Line %u of /etc/fstab names “%s” for “%s”, which is none of the guest's disks by "
                                    "its order; %s is used, the only one left with such a file system."),
                                  entry.line, printable(entry.device.value).c_str(),
                                  printable(entry.target.value).c_str(), printable(left->name).c_str()));
}

void handle_entry(const Inspection &facts, const std::vector<text::FstabEntry> &all, const text::FstabEntry &entry,
                  FstabWork &work, Finding &finding) {
    if (is_temporary_disk(entry))
        return handle_temporary(entry, work, finding);
    auto verdict = judge_name(facts, entry.device.value, NameUse::file_system, entry.type.value);
    if (verdict.state == NameVerdict::missing && entry.target.value != "/")
        name_by_what_is_left(facts, all, entry, verdict, finding);
    if (verdict.state == NameVerdict::missing && entry.target.value == "/" && is_bus_dependent(entry.device.value))
        verdict = name_of_root(facts);
    if (std::ranges::find(work.mapped, entry.device.value) != work.mapped.end())
        return;
    switch (verdict.state) {
    case NameVerdict::keeps: break;
    case NameVerdict::renamed:
        work.edits.replace(entry.device, text::fstab_field(verdict.name));
        work.renames.add(entry.device.value, verdict.name);
        break;
    case NameVerdict::missing: handle_missing(entry, work, finding); break;
    case NameVerdict::unnamed:
        finding.notices.warn("fstab.no-persistent-name",
                             (sentence(_("Line %u of /etc/fstab names “%s”, which has neither UUID nor label; the name "
                                         "may mean another device on the target."),
                                       entry.line, printable(entry.device.value).c_str())));
        break;
    }
    if (!entry.options)
        return;
    if (verdict.state != NameVerdict::missing)
        drop_members(entry, work);
}

Result<bool> plan_mount_table(const GuestView &guest, const Inspection &facts, Finding &finding) {
    const auto file = H2K_TRY(text::read_config(guest, fstab_path, finding.notices, text::fstab_limit));
    if (!file)
        return false;
    FstabWork work;
    Notices ignored; // plan_crypttab() reports them
    for (const auto &entry :
         text::parse_crypttab(H2K_TRY(text::read_config(guest, crypttab_path, ignored)).value_or("")))
        work.mapped.push_back("/dev/mapper/" + entry.name.value);
    const auto all = text::parse_fstab(*file);
    for (const auto &entry : all)
        handle_entry(facts, all, entry, work, finding);
    if (work.edits.empty())
        return true;
    std::vector<std::string> reasons;
    if (!work.renames.empty())
        reasons.push_back(work.renames.reason());
    if (!work.optional.empty())
        reasons.push_back(sentence(_("The guest boots without what was not found on its disks: %s."),
                                   join(work.optional, ", ").c_str()));
    if (!work.temporary.empty())
        reasons.push_back(
            sentence(_("The cloud's temporary disk does not exist here, and another disk may have its name: %s."),
                     join(work.temporary, ", ").c_str()));
    if (!work.members.empty())
        reasons.push_back(
            sentence(_("The kernel finds the members of a btrfs by itself: %s."), join(work.members, ", ").c_str()));
    write(finding, fstab_path, work.edits.applied(*file), join(reasons, " "));
    return true;
}

Result<bool> plan_crypttab(const GuestView &guest, const Inspection &facts, Finding &finding) {
    const auto file = H2K_TRY(text::read_config(guest, crypttab_path, finding.notices));
    if (!file)
        return false;
    text::Edits edits;
    Renames renames;
    for (const auto &entry : text::parse_crypttab(*file)) {
        warn_of_missing_key(facts, entry, finding);
        const auto verdict = judge_name(facts, entry.device.value, NameUse::raw_device);
        if (verdict.state == NameVerdict::renamed) {
            edits.replace(entry.device, text::fstab_field(verdict.name));
            renames.add(entry.device.value, verdict.name);
        } else if (verdict.state != NameVerdict::keeps)
            finding.notices.warn("fstab.unknown-encrypted-device",
                                 sentence(_("Line %u of /etc/crypttab names “%s”, for which the guest's disks have no "
                                            "persistent name; “%s” may stay locked."),
                                          entry.line, printable(entry.device.value).c_str(),
                                          printable(entry.name.value).c_str()));
    }
    if (!edits.empty())
        write(finding, crypttab_path, edits.applied(*file), renames.reason());
    return true;
}

/// RESUME= of initramfs-tools, see initramfs.conf(5).
Result<bool> plan_resume(const GuestView &guest, const Inspection &facts, Finding &finding) {
    auto paths = H2K_TRY(guest.list("/etc/initramfs-tools/conf.d/*"));
    paths.insert(paths.begin(), "/etc/initramfs-tools/initramfs.conf");
    bool seen = false;
    text::ConfigReader reader{256, 4u << 20};
    for (const auto &path : paths) {
        const auto file = H2K_TRY(reader.read(guest, path, finding.notices));
        if (!file)
            continue;
        seen = true;
        text::Edits edits;
        Renames renames;
        for (const auto &assignment : text::parse_assignments(*file)) {
            if (assignment.key != "RESUME")
                continue;
            const auto verdict = judge_name(facts, assignment.value.value, NameUse::command_line, "swap");
            if (verdict.state == NameVerdict::renamed) {
                edits.replace(assignment.value, verdict.name);
                renames.add(assignment.value.value, verdict.name);
            } else if (verdict.state != NameVerdict::keeps)
                finding.notices.warn("fstab.unknown-resume",
                                     sentence(_("“%s” resumes from “%s”, for which the guest's disks have no "
                                                "persistent name; the boot may wait for it."),
                                              printable(path).c_str(), printable(assignment.value.value).c_str()));
        }
        if (!edits.empty())
            write(finding, path, edits.applied(*file), renames.reason());
    }
    return seen;
}

} // namespace

Result<Finding> plan_fstab(const FixerInput &input) {
    Finding finding;
    const bool fstab = H2K_TRY(plan_mount_table(input.guest, input.facts, finding));
    const bool crypttab = H2K_TRY(plan_crypttab(input.guest, input.facts, finding));
    const bool resume = H2K_TRY(plan_resume(input.guest, input.facts, finding));
    if (!fstab && !crypttab && !resume)
        finding.skipped = _("The guest has no /etc/fstab.");
    return finding;
}

} // namespace h2k
