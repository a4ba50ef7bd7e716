// SPDX-License-Identifier: LGPL-2.1-or-later
// Folders that the old hypervisor shared with the guest: vmhgfs-fuse(1) of open-vm-tools, vboxsf, Parallels' prl_fs.
#include "convert/base/files.h"
#include "convert/base/i18n.h"
#include "convert/base/messages.h"
#include "convert/base/text.h"
#include "fixers/linux/drivers/old_drivers.h"
#include "fixers/linux/services/links.h"
#include "fixers/text/config_file.h"
#include "fixers/text/fstab.h"
#include "fixers/text/ini.h"
#include <algorithm>
#include <initializer_list>
#include <set>

namespace h2k {

namespace {

/// What fstab and mount units say of a shared folder: "vmhgfs-fuse /mnt/hgfs fuse", ".host:/ /mnt/hgfs vmhgfs" and so
/// on.
bool is_shared(std::string_view device, std::string_view type) {
    if (type.starts_with("fuse."))
        type.remove_prefix(5);
    for (const std::string_view name : {"vmhgfs", "vmhgfs-fuse", "vboxsf", "prl_fs", "prl_fsd"})
        if (type == name)
            return true;
    // mount.fuse(8) takes "PROGRAM#DEVICE" as well.
    const auto program = device.substr(0, device.find('#'));
    return device.starts_with(".host:") || program.substr(program.rfind('/') + 1) == "vmhgfs-fuse";
}

Result<> plan_fstab_entries(const GuestView &guest, Finding &finding) {
    const std::string path = "/etc/fstab";
    const auto file = H2K_TRY(text::read_config(guest, path, finding.notices, text::fstab_limit));
    if (!file)
        return {};
    text::Edits edits;
    std::vector<std::string> folders;
    for (const auto &entry : text::parse_fstab(*file)) {
        if (!is_shared(entry.device.value, entry.type.value) || entry.has_option("noauto"))
            continue;
        text::add_option(edits, entry, entry.has_option("nofail") ? "noauto" : "noauto,nofail");
        folders.push_back(printable(entry.target.value));
    }
    if (!edits.empty())
        write(finding, path, edits.applied(*file),
              sentence(_("The old hypervisor shared these folders, which no longer exist: %s."),
                       join(folders, ", ").c_str()));
    return {};
}

/// Does a unit mount a shared folder, itself or by a command?
bool mounts_shared(std::string_view unit) {
    const auto entries = text::parse_ini(unit);
    if (is_shared(text::value_of(entries, "Mount", "What"), text::value_of(entries, "Mount", "Type")))
        return true;
    return std::ranges::any_of(entries, [](const text::IniEntry &entry) {
        const auto command = words(entry.value.value);
        return entry.section == "Service" && entry.key.starts_with("ExecStart") && !command.empty() &&
               (is_shared(command.front(), {}) ||
                std::ranges::any_of(command, [](const auto &word) { return word.starts_with(".host:"); }));
    });
}

/// Removes the links that start the unit @name, an automount of the same folder among them.
void stop_unit(const ServiceLinks &links, const std::string &name, Finding &finding) {
    const auto stem = name.substr(0, name.rfind('.'));
    for (const auto &unit : {name, stem + ".automount"})
        for (auto &link : links.starting(unit))
            finding.changes.push_back({{},
                                       sentence(_("The unit “%s” mounts a folder that the old hypervisor shared, which "
                                                  "no longer exists."),
                                                printable(unit).c_str()),
                                       RemoveFile{std::move(link)}});
}

Result<> plan_units(const GuestView &guest, Finding &finding) {
    text::ConfigReader reader{512, 4u << 20};
    std::set<std::string> names;
    for (const char *glob :
         {"/etc/systemd/system/*.mount", "/etc/systemd/system/*.service", "/usr/local/lib/systemd/system/*.mount",
          "/usr/local/lib/systemd/system/*.service", "/usr/lib/systemd/system/*.mount", "/lib/systemd/system/*.mount"})
        for (const auto &path : H2K_TRY(guest.list(glob)))
            if (const auto unit = H2K_TRY(reader.read(guest, path, finding.notices)); unit && mounts_shared(*unit))
                names.insert(base_name(path));
    if (names.empty())
        return {};
    const auto links = H2K_TRY(ServiceLinks::read(guest, finding.notices));
    for (const auto &name : names)
        stop_unit(links, name, finding);
    return {};
}

} // namespace

Result<> plan_shared_folders(const GuestView &guest, Finding &finding) {
    H2K_CHECK(plan_fstab_entries(guest, finding));
    return plan_units(guest, finding);
}

} // namespace h2k
