// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/base/i18n.h"
#include "convert/base/text.h"
#include "convert/model/linux/kernel_modules.h"
#include "fixers/linux/drivers/old_drivers.h"
#include "fixers/text/config_file.h"
#include "fixers/text/edit.h"
#include <algorithm>
#include <array>

namespace h2k {

namespace {

/// Modules that cannot be loaded without their hypervisor, so that loading them fails at each start.
bool is_old(std::string_view name) {
    constexpr std::array names{"vmxnet",      "vmhgfs",        "vmblock",        "vmmemctl",     "vmci",
                               "vmsync",      "vmdesched",     "vmw_balloon",    "vboxguest",    "vboxsf",
                               "vboxvideo",   "vboxadd",       "vboxvfs",        "hyperv_fb",    "hyperv_keyboard",
                               "hid_hyperv",  "pci_hyperv",    "uio_hv_generic", "xenfs",        "xen_evtchn",
                               "xen_gntdev",  "xen_gntalloc",  "xen_blkfront",   "xen_netfront", "xen_kbdfront",
                               "xen_fbfront", "xen_pcifront",  "xen_scsifront",  "xen_privcmd",  "xenblk",
                               "xennet",      "xen_vnif",      "xen_vbd",        "prl_tg",       "prl_fs",
                               "prl_eth",     "prl_fs_freeze", "prl_vid"};
    const auto module = underscored(name);
    return module.starts_with("hv_") || std::ranges::find(names, module) != names.end();
}

bool is_old_disk_driver(std::string_view name) {
    constexpr std::array names{"vmw_pvscsi", "pvscsi",     "mptspi",       "mptbase", "mptscsih", "mptsas",
                               "BusLogic",   "hv_storvsc", "xen_blkfront", "xenblk",  "xen_vbd",  "storvsc"};
    return std::ranges::find(names, underscored(name)) != names.end();
}

/// The place of the @index-th word of a line.
text::Piece word_of(const text::Line &line, std::size_t index) {
    std::size_t at = 0;
    const auto blank = [&](std::size_t i) { return line.content[i] == ' ' || line.content[i] == '\t'; };
    for (;; --index) {
        while (at < line.content.size() && blank(at))
            ++at;
        const auto from = at;
        while (at < line.content.size() && !blank(at))
            ++at;
        if (index == 0 || at == line.content.size())
            return {std::string{line.content.substr(from, at - from)}, line.at + from, at - from};
    }
}

/// Lists of modules to load, one per line: modules-load.d(5), /etc/modules of Debian and Alpine.
Result<> plan_list(const GuestView &guest, const std::string &path, Finding &finding) {
    const auto file = H2K_TRY(text::read_config(guest, path, finding.notices));
    if (!file)
        return {};
    text::Edits edits;
    for (const auto &line : text::lines_of(*file))
        if (const auto parts = words(line.content); !parts.empty() && is_old(parts[0]))
            edits.remove(line);
    if (!edits.empty())
        finding.changes.push_back(
            {{}, _("It loads modules that fail without the old hypervisor."), WriteFile{path, edits.applied(*file)}});
    return {};
}

/// The edits to a modprobe.d(5) file.
class ModprobeFile {
  public:
    explicit ModprobeFile(bool new_disks) : new_disks_(new_disks) {}
    void edit(const text::Line &line) {
        const auto parts = words(line.content);
        if (parts.size() < 2)
            return;
        const bool virtio = underscored(parts[1]).starts_with("virtio");
        const bool forbids = parts[0] == "blacklist" || (parts[0] == "install" && parts.size() > 2 &&
                                                         (parts[2].ends_with("/true") || parts[2].ends_with("/false")));
        if (virtio && forbids) {
            edits.remove(line);
            allowed = true;
        } else if (parts[0] == "alias" && parts.size() > 2)
            look_at_alias(line, parts);
    }
    text::Edits edits;
    bool allowed = false, renamed = false;

  private:
    void look_at_alias(const text::Line &line, const std::vector<std::string> &parts) {
        if (!new_disks_ || !parts[1].starts_with("scsi_hostadapter") || !is_old_disk_driver(parts[2]))
            return;
        edits.replace(word_of(line, 2), "virtio_blk");
        renamed = true;
    }
    bool new_disks_;
};

Result<> plan_modprobe(const GuestView &guest, const Machine &target, const std::string &path, Finding &finding) {
    const auto file = H2K_TRY(text::read_config(guest, path, finding.notices));
    if (!file)
        return {};
    const auto other_disk = [](const Disk &disk) { return disk.bus != Bus::virtio; };
    ModprobeFile work{std::ranges::none_of(target.disks, other_disk)};
    for (const auto &line : text::lines_of(*file))
        work.edit(line);
    std::vector<std::string> reasons;
    if (work.allowed)
        reasons.emplace_back(_("It forbids drivers that the guest needs for its new disks and network cards."));
    if (work.renamed)
        reasons.emplace_back(_("It names drivers of the old hypervisor's disks; the new disks use virtio."));
    if (!work.edits.empty())
        finding.changes.push_back({{}, join(reasons, " "), WriteFile{path, work.edits.applied(*file)}});
    return {};
}

} // namespace

Result<> plan_module_files(const GuestView &guest, const Machine &target, Finding &finding) {
    for (const auto *glob : {"/etc/modules", "/etc/modules-load.d/*.conf"})
        for (const auto &path : H2K_TRY(guest.list(glob)))
            if (!H2K_TRY(guest.link(path))) // systemd's own link to /etc/modules
                H2K_CHECK(plan_list(guest, path, finding));
    for (const auto *glob : {"/etc/modprobe.conf", "/etc/modprobe.conf.local", "/etc/modprobe.d/*"})
        for (const auto &path : H2K_TRY(guest.list(glob)))
            H2K_CHECK(plan_modprobe(guest, target, path, finding));
    return {};
}

} // namespace h2k
