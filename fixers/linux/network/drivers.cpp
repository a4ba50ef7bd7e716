// SPDX-License-Identifier: LGPL-2.1-or-later
// modprobe.conf(5) and modprobe.d(5): "alias eth0 vmxnet3", "options vmxnet3 …".  RHEL 5, SLES 10 and their like load a
// card's driver by that alias; udev of newer guests finds it itself.
#include "convert/base/i18n.h"
#include "convert/base/text.h"
#include "convert/model/linux/kernel_modules.h"
#include "convert/network/guest_nics.h"
#include "fixers/linux/fixers.h"
#include "fixers/linux/network/pairs.h"
#include "fixers/text/config_file.h"
#include "fixers/text/network_text.h"
#include <array>

namespace h2k {

namespace {

/// Drivers of network cards that hypervisors and clouds emulate or offer, '-' as '_'.
bool is_old_driver(std::string_view name) {
    constexpr std::array old{"vmxnet",       "vmxnet2", "vmxnet3",  "pcnet32", "vlance",   "e1000",     "e1000e",
                             "8139too",      "8139cp",  "tulip",    "de2104x", "ne2k_pci", "hv_netvsc", "netvsc",
                             "xen_netfront", "xennet",  "xen_vnif", "ena",     "ixgbevf"};
    return std::ranges::find(old, name) != old.end();
}

/// The edits to one file: aliases of cards name the target's driver, and options of VMware's own drivers are removed.
std::string edited(const std::string &content, const NicPairs &pairs) {
    text::Edits edits;
    for (const auto &line : text::lines_of(content)) {
        const auto all = words(line.content);
        if (all.size() < 3 || line.content.ends_with('\\'))
            continue;
        if (all[0] == "options" && underscored(all[1]).starts_with("vmxnet"))
            edits.remove(line);
        if (all[0] != "alias" || !kernel_index(all[1]) || !is_old_driver(underscored(all[2])))
            continue;
        const auto *pair = pairs.find(all[1], {});
        const auto driver = pair ? pair->driver : std::string{"virtio_net"};
        const auto at = line.content.find(all[2], line.content.find(all[1]) + all[1].size());
        if (!driver.empty() && underscored(all[2]) != driver)
            edits.replace(line.at + at, all[2].size(), driver);
    }
    return edits.applied(content);
}

/// kudzu would move the files of missing cards away and ask about new ones on the console.
Result<> stop_kudzu(const GuestView &guest, Finding &finding) {
    for (auto &path : H2K_TRY(guest.list("/etc/rc.d/rc[0-6].d/S[0-9][0-9]kudzu")))
        finding.changes.push_back({{},
                                   _("kudzu would remove the configuration of network cards that it no longer finds."),
                                   RemoveFile{std::move(path)}});
    return {};
}

} // namespace

Result<Finding> plan_network_drivers(const FixerInput &input) {
    Finding finding;
    if (input.options.network == NetworkFix::none) {
        finding.skipped = _("The network configuration is left alone, as --network-fix=none says.");
        return finding;
    }
    auto files = H2K_TRY(read_nic_files(input.guest));
    const auto pairs = pair_nics(H2K_TRY(find_guest_nics(input.guest, files)), input.target.nics);
    text::ConfigReader reader{256, 4u << 20};
    for (const char *glob : {"/etc/modprobe.conf", "/etc/modprobe.conf.local", "/etc/modprobe.d/*"})
        for (const auto &path : H2K_TRY(input.guest.list(glob))) {
            const auto content =
                text::is_left_over(path) ? std::nullopt : H2K_TRY(reader.read(input.guest, path, finding.notices));
            if (!content)
                continue;
            auto after = edited(*content, pairs);
            if (after != *content)
                finding.changes.push_back(
                    {{}, _("It names drivers of the old machine's network cards."), WriteFile{path, std::move(after)}});
        }
    H2K_CHECK(stop_kudzu(input.guest, finding));
    return finding;
}

} // namespace h2k
