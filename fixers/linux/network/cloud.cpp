// SPDX-License-Identifier: LGPL-2.1-or-later
// cloud-init's documentation, "Networking configuration sources" and "Network configuration outputs".
#include "convert/base/i18n.h"
#include "convert/base/text.h"
#include "convert/network/guest_nics.h"
#include "fixers/linux/fixers.h"
#include "fixers/linux/network/pairs.h"
#include "fixers/text/config_file.h"
#include <gio/gio.h>

namespace h2k {

namespace {

constexpr const char *our_file = "/etc/cloud/cloud.cfg.d/99-virt-hyper2kvm-network.cfg";

/// Is @word an address with a prefix length, quotes and brackets of YAML left out?
bool is_address(std::string_view word) {
    while (!word.empty() && std::string_view{"[\"'-"}.find(word.front()) != std::string_view::npos)
        word.remove_prefix(1);
    while (!word.empty() && std::string_view{"]\"',;"}.find(word.back()) != std::string_view::npos)
        word.remove_suffix(1);
    const auto slash = word.find('/');
    if (slash == std::string_view::npos || slash > 45)
        return false;
    const std::string address{word.substr(0, slash)};
    const auto parsed = Ref<GInetAddress>::adopt(g_inet_address_new_from_string(address.c_str()));
    return parsed && !g_inet_address_get_is_any(parsed.get());
}

/// Does a file of any of the formats give an interface an address of its own?
bool has_static_address(std::string_view content) {
    for (const auto &line : lines(content)) {
        const auto text = trim(line);
        const auto all = words(text);
        if (all.empty() || text.starts_with('#') || all[0] == "to:" || (all.size() > 1 && all[1] == "to:"))
            continue;
        if (text.starts_with("IPADDR") || text.starts_with("IPV6ADDR=") || text == "method=manual" ||
            (all.size() == 4 && all[0] == "iface" && all[1] != "lo" && all[3] == "static"))
            return true;
        if (std::ranges::any_of(all, is_address) || (text.starts_with("Address=") && is_address(text.substr(8))))
            return true;
    }
    return false;
}

/// The first file written by cloud-init that has a static address; empty: none.
Result<std::string> static_file(const GuestView &guest, Finding &finding) {
    text::ConfigReader reader{256, 4u << 20};
    for (const char *glob :
         {"/etc/netplan/50-cloud-init.yaml", "/etc/network/interfaces.d/50-cloud-init*",
          "/etc/NetworkManager/system-connections/cloud-init-*", "/etc/systemd/network/10-cloud-init-*.network",
          "/etc/sysconfig/network-scripts/ifcfg-*", "/etc/sysconfig/network/ifcfg-*", "/etc/network/interfaces"})
        for (const auto &path : H2K_TRY(guest.list(glob))) {
            const auto content = H2K_TRY(reader.read(guest, path, finding.notices));
            const bool named = path.find("cloud-init") != std::string::npos;
            // Files with other names begin with "# Created by cloud-init …".
            if (content &&
                (named || std::string_view{*content}.substr(0, 256).find("by cloud-init") != std::string::npos) &&
                has_static_address(*content))
                return path;
        }
    return {};
}

/// cloud.cfg and its drop-ins, by path.
Result<std::map<std::string, std::string>> settings_of(const GuestView &guest, Finding &finding) {
    std::map<std::string, std::string> found;
    text::ConfigReader reader{256, 4u << 20};
    for (const char *glob : {"/etc/cloud/cloud.cfg", "/etc/cloud/cloud.cfg.d/*.cfg"})
        for (const auto &path : H2K_TRY(guest.list(glob)))
            if (auto content = H2K_TRY(reader.read(guest, path, finding.notices)))
                found[path] = *std::move(content);
    return found;
}

bool says_network(std::string_view content) {
    const auto all = lines(content);
    return std::ranges::any_of(all, [](const std::string &line) { return line.starts_with("network:"); });
}

/// cloud-init writes a network in its own settings again and again, with the MACs that they have.
void renew_macs(const std::map<std::string, std::string> &settings, const NicPairs &pairs, Finding &finding) {
    for (const auto &[path, content] : settings) {
        auto after = content;
        if (says_network(content))
            for (const auto &pair : pairs.pairs)
                if (!pair.guest.mac.empty() && pair.guest.mac != pair.mac)
                    after = replace_all(after, pair.guest.mac, pair.mac);
        if (after != content)
            finding.changes.push_back({{},
                                       _("cloud-init writes the network configuration from it, and the target's "
                                         "network card has another MAC."),
                                       WriteFile{path, std::move(after)}});
    }
}

} // namespace

Result<Finding> plan_cloud_network(const FixerInput &input) {
    Finding finding;
    if (input.options.network == NetworkFix::none) {
        finding.skipped = _("The network configuration is left alone, as --network-fix=none says.");
        return finding;
    }
    const auto settings = H2K_TRY(settings_of(input.guest, finding));
    // A seed from the user turns cloud-init on again.
    if (settings.empty() ||
        (!input.options.cloud_init && H2K_TRY(input.guest.exists("/etc/cloud/cloud-init.disabled"))))
        return finding;
    auto files = H2K_TRY(read_nic_files(input.guest));
    renew_macs(settings, pair_nics(H2K_TRY(find_guest_nics(input.guest, files)), input.target.nics), finding);
    const bool decided = std::ranges::any_of(settings, [](const auto &file) { return says_network(file.second); });
    if (decided || (input.options.cloud_init && !input.options.cloud_init->network_config.empty()))
        return finding;
    if (const auto path = H2K_TRY(static_file(input.guest, finding)); !path.empty())
        finding.changes.push_back(
            {{},
             sentence(_("cloud-init wrote “%s” with a static address for the old machine, and would replace it with "
                        "DHCP on this one."),
                      printable(path).c_str()),
             WriteFile{our_file, "# Written by virt-hyper2kvm.  The network configuration from before the import is "
                                 "kept.\nnetwork: {config: disabled}\n"}});
    return finding;
}

} // namespace h2k
