// SPDX-License-Identifier: LGPL-2.1-or-later
#include "fixers/linux/old_drivers.h"
#include "convert/base/messages.h"
#include "convert/base/text.h"
#include "fixers/text/config_file.h"
#include "fixers/text/fstab.h"
#include <algorithm>

namespace h2k {

namespace {

void write(Finding &finding, const std::string &path, std::string content, std::string reason) {
    finding.changes.push_back({{}, std::move(reason), WriteFile{path, std::move(content)}});
}

/// inittab(5): id:levels:action:process.
bool starts_xen_console(std::string_view line) {
    const auto fields = split(line, ':');
    if (line.starts_with('#') || fields.size() < 4)
        return false;
    const auto process = words(fields[3]);
    return std::ranges::any_of(process, [](const std::string &word) { return word == "hvc0" || word == "xvc0"; });
}

/// Xen's consoles have no counterpart; the serial line is the one that libvirt gives.
Result<> plan_consoles(const GuestView &guest, Finding &finding) {
    const std::string inittab = "/etc/inittab", securetty = "/etc/securetty";
    const auto file = H2K_TRY(text::read_config(guest, inittab, finding.warnings));
    if (!file)
        return {};
    text::Edits edits;
    bool serial = false;
    for (const auto &line : text::lines_of(*file))
        serial = serial || (!line.content.starts_with('#') && line.content.find("ttyS0") != std::string_view::npos);
    for (const auto &line : text::lines_of(*file))
        if (starts_xen_console(line.content)) {
            const auto at = std::min(line.content.find("hvc0"), line.content.find("xvc0"));
            serial ? edits.insert(line.at, "#") : edits.replace(line.at + at, 4, "ttyS0");
            serial = true;
        }
    if (edits.empty())
        return {};
    write(finding, inittab, edits.applied(*file), _("A login on Xen's console becomes one on the serial line."));
    const auto secure = H2K_TRY(text::read_config(guest, securetty, finding.warnings));
    const auto has = [&](const text::Line &line) { return trim(line.content) == "ttyS0"; };
    if (secure && std::ranges::none_of(text::lines_of(*secure), has))
        write(finding, securetty, *secure + (secure->empty() || secure->ends_with('\n') ? "" : "\n") + "ttyS0\n",
              _("root may log in on the serial line, as it could on Xen's console."));
    return {};
}

/// Folders that the old hypervisor shared with the guest.
Result<> plan_shared_folders(const GuestView &guest, Finding &finding) {
    const std::string path = "/etc/fstab";
    const auto file = H2K_TRY(text::read_config(guest, path, finding.warnings, text::fstab_limit));
    if (!file)
        return {};
    text::Edits edits;
    std::vector<std::string> folders;
    for (const auto &entry : text::parse_fstab(*file)) {
        const auto &type = entry.type.value;
        const bool shared = type == "vmhgfs" || type == "vboxsf" || type == "prl_fs" || type.ends_with("vmhgfs-fuse") ||
                            entry.device.value.starts_with(".host:");
        if (!shared || entry.has_option("noauto"))
            continue;
        text::add_option(edits, entry, entry.has_option("nofail") ? "noauto" : "noauto,nofail");
        folders.push_back(printable(entry.target.value));
    }
    if (!edits.empty())
        write(finding, path, edits.applied(*file),
              sentence(_("The old hypervisor shared these folders, which are not there any more: %s."),
                       join(folders, ", ").c_str()));
    return {};
}

} // namespace

Result<Finding> OldDriversFixer::plan(const GuestView &guest, const Inspection &, const Machine &target,
                                      const RepairWishes &) const {
    Finding finding;
    H2K_CHECK(plan_module_files(guest, target, finding));
    H2K_CHECK(plan_x_drivers(guest, finding));
    H2K_CHECK(plan_consoles(guest, finding));
    H2K_CHECK(plan_shared_folders(guest, finding));
    return finding;
}

} // namespace h2k
