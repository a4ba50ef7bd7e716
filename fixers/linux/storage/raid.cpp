// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/base/i18n.h"
#include "convert/base/messages.h"
#include "convert/base/text.h"
#include "fixers/linux/fixers.h"
#include "fixers/text/config_file.h"
#include "fixers/text/mdadm_conf.h"
#include <algorithm>

namespace h2k {

namespace {

/// A pattern counts like the names that it matches: "/dev/sd*", "/dev/sd[ab]1".
bool names_old_disks(std::string_view word) {
    for (const std::string_view start :
         {"/dev/sd", "/dev/hd", "/dev/xvd", "/dev/vd", "/dev/nvme", "/dev/disk/by-path/"})
        if (word.starts_with(start))
            return true;
    return is_bus_dependent(word);
}

/// Source: mdadm.conf(5), "DEVICE": "partitions" is every device that the kernel knows.
bool widen(const text::MdadmLine &line, text::Edits &edits) {
    if (!std::ranges::any_of(line.words, [](const auto &word) { return names_old_disks(word.value); }))
        return false;
    std::string left = "partitions";
    for (const auto &word : line.words)
        if (!names_old_disks(word.value) && word.value != "partitions")
            left += " " + word.value;
    const auto &last = line.words.back();
    edits.replace(line.words.front().at, last.at + last.size - line.words.front().at, left);
    return true;
}

/// Beside a UUID a list of members only restricts the search.
bool drop_members(const text::MdadmLine &line, text::Edits &edits, const std::string &path, Finding &finding) {
    for (const auto &word : line.words) {
        if (!word.value.starts_with("devices="))
            continue;
        const auto names = split(std::string_view{word.value}.substr(8), ',');
        if (std::ranges::none_of(names, names_old_disks))
            return false;
        if (!text::array_value(line, "uuid").empty()) {
            edits.replace(word, "");
            return true;
        }
        finding.notices.warn(
            "raid.members-only",
            sentence(_("“%s” identifies the RAID set “%s” only by its members, which have other names on the target."),
                     path.c_str(), printable(line.words.front().value).c_str()));
    }
    return false;
}

} // namespace

Result<Finding> plan_raid(const FixerInput &input) {
    Finding finding;
    for (const std::string path : {"/etc/mdadm.conf", "/etc/mdadm/mdadm.conf"}) {
        const auto file = H2K_TRY(text::read_config(input.guest, path, finding.notices));
        if (!file || H2K_TRY(input.guest.link(path)))
            continue;
        text::Edits edits;
        bool any = false;
        for (const auto &line : text::parse_mdadm_conf(*file)) {
            if (line.keyword == "device")
                any = widen(line, edits) || any;
            else if (line.keyword == "array")
                any = drop_members(line, edits, path, finding) || any;
        }
        if (any)
            finding.changes.push_back(
                {{},
                 _("mdadm searches all disks for RAID members, since the names of the old disks are gone."),
                 WriteFile{path, edits.applied(*file)}});
    }
    return finding;
}

} // namespace h2k
