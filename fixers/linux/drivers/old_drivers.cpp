// SPDX-License-Identifier: LGPL-2.1-or-later
#include "fixers/linux/drivers/old_drivers.h"
#include "convert/base/i18n.h"
#include "convert/base/messages.h"
#include "convert/base/text.h"
#include "fixers/linux/fixers.h"
#include "fixers/text/config_file.h"
#include "fixers/text/fstab.h"
#include <algorithm>

namespace h2k {

namespace {

/// Folders that the old hypervisor shared with the guest.
Result<> plan_shared_folders(const GuestView &guest, Finding &finding) {
    const std::string path = "/etc/fstab";
    const auto file = H2K_TRY(text::read_config(guest, path, finding.notices, text::fstab_limit));
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
              sentence(_("The old hypervisor shared these folders, which no longer exist: %s."),
                       join(folders, ", ").c_str()));
    return {};
}

} // namespace

Result<Finding> plan_old_drivers(const FixerInput &input) {
    Finding finding;
    H2K_CHECK(plan_module_files(input.guest, input.target, finding));
    H2K_CHECK(plan_x_drivers(input.guest, finding));
    H2K_CHECK(plan_xen_consoles(input.guest, finding));
    H2K_CHECK(plan_shared_folders(input.guest, finding));
    return finding;
}

} // namespace h2k
