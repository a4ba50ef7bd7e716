// SPDX-License-Identifier: LGPL-2.1-or-later
#include "fixers/linux/storage/disk_names.h"
#include "convert/base/i18n.h"
#include "convert/base/messages.h"
#include "convert/base/text.h"
#include "fixers/linux/fixers.h"
#include "fixers/text/assignments.h"
#include "fixers/text/config_file.h"
#include <algorithm>
#include <array>
#include <utility>

namespace h2k {

namespace {

/// Edits one file that is there and no link, and adds what changed.
template <typename Edit>
Result<> edit_file(const FixerInput &input, Finding &finding, const std::string &path, Edit edit) {
    if (H2K_TRY(input.guest.link(path)))
        return {};
    const auto file = H2K_TRY(text::read_config(input.guest, path, finding.notices));
    if (!file)
        return {};
    text::Edits edits;
    Renames renames;
    edit(*file, edits, renames);
    if (!edits.empty())
        write(finding, path, edits.applied(*file), renames.reason());
    return {};
}

/// kdump.conf(5): "ext4 /dev/sdb1", "raw /dev/sdb2".
void edit_kdump(const Inspection &facts, const std::string &file, text::Edits &edits, Renames &renames) {
    constexpr std::array<std::string_view, 6> types{"ext2", "ext3", "ext4", "xfs", "btrfs", "f2fs"};
    for (const auto &line : text::lines_of(file)) {
        const auto parts = text::words_of(line.content, line.at);
        if (parts.size() < 2)
            continue;
        const auto &type = parts[0].value, &device = parts[1].value;
        const bool raw = type == "raw";
        if (!raw && std::ranges::find(types, type) == types.end())
            continue;
        std::string name;
        if (raw)
            name = lasting_path(facts, device, NameUse::raw_device).value_or("");
        else if (const auto verdict = judge_name(facts, device, NameUse::command_line, type);
                 verdict.state == NameVerdict::renamed)
            name = verdict.name;
        if (name.empty())
            continue;
        edits.replace(parts[1], name);
        renames.add(device, name);
    }
}

/// autofs(5): the location ":/dev/sdb1" is a device of this machine.
void edit_autofs(const Inspection &facts, const std::string &file, text::Edits &edits, Renames &renames) {
    for (const auto &line : text::lines_of(file)) {
        if (trim(line.content).starts_with('#'))
            continue;
        for (const auto &word : text::words_of(line.content, line.at)) {
            if (!word.value.starts_with(":/dev/"))
                continue;
            const auto device = word.value.substr(1);
            if (const auto path = lasting_path(facts, device, NameUse::command_line)) {
                edits.replace(word, ":" + *path);
                renames.add(device, *path);
            }
        }
    }
}

/// The prefixes of names in /dev that Oracle's ASM library searches, in this order; it finds its disks by their
/// content.
void edit_asm(const Machine &target, const std::string &file, text::Edits &edits, Renames &renames) {
    const bool virtio = !target.disks.empty() &&
                        std::ranges::all_of(target.disks, [](const Disk &disk) { return disk.bus == Bus::virtio; });
    for (const auto &setting : text::parse_assignments(file)) {
        auto prefixes = words(setting.value.value);
        if (setting.key != "ORACLEASM_SCANORDER" || (!virtio && !target.disks.empty()) ||
            std::ranges::find(prefixes, "vd") != prefixes.end())
            continue;
        for (auto &prefix : prefixes)
            if (prefix == "sd" || prefix == "xvd") {
                renames.add(prefix, "vd");
                prefix = "vd";
            }
        if (!renames.empty())
            edits.replace(setting.value, join(prefixes, " "));
    }
}

} // namespace

std::optional<std::string> lasting_path(const Inspection &facts, std::string_view spelling, NameUse use,
                                        std::string_view type) {
    const auto verdict = judge_name(facts, spelling, use, type);
    if (verdict.state != NameVerdict::renamed)
        return std::nullopt;
    constexpr std::array<std::pair<std::string_view, std::string_view>, 2> folders{
        {{"UUID=", "/dev/disk/by-uuid/"}, {"PARTUUID=", "/dev/disk/by-partuuid/"}}};
    for (const auto &[tag, folder] : folders)
        if (verdict.name.starts_with(tag))
            return std::string{folder} + verdict.name.substr(tag.size());
    return std::nullopt;
}

Result<> plan_device_settings(const FixerInput &input, Finding &finding) {
    const auto &facts = input.facts;
    H2K_CHECK(edit_file(input, finding, "/etc/kdump.conf", [&](const auto &file, auto &edits, auto &renames) {
        edit_kdump(facts, file, edits, renames);
    }));
    for (const auto *glob : {"/etc/auto.*", "/etc/autofs/auto.*", "/etc/auto.master.d/*"})
        for (const auto &path : H2K_TRY(input.guest.list(glob)))
            H2K_CHECK(edit_file(input, finding, path, [&](const auto &file, auto &edits, auto &renames) {
                edit_autofs(facts, file, edits, renames);
            }));
    for (const auto &path : H2K_TRY(input.guest.list("/etc/sysconfig/oracleasm*")))
        H2K_CHECK(edit_file(input, finding, path, [&](const auto &file, auto &edits, auto &renames) {
            edit_asm(input.target, file, edits, renames);
        }));
    return {};
}

Result<Finding> plan_disk_names(const FixerInput &input) {
    Finding finding;
    H2K_CHECK(plan_units(input, finding));
    H2K_CHECK(plan_device_settings(input, finding));
    H2K_CHECK(warn_of_disk_names(input, finding));
    return finding;
}

} // namespace h2k
