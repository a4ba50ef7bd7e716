// SPDX-License-Identifier: LGPL-2.1-or-later
// dhcpcd.conf(5), and connman's settings (connman-service.config(5)).
#include "convert/base/i18n.h"
#include "convert/base/messages.h"
#include "convert/base/text.h"
#include "convert/network/network_files.h"
#include <optional>
#include <utility>

namespace h2k {

namespace {

constexpr const char *path = "/etc/dhcpcd.conf";

/// "static ip_address=192.0.2.5/24" within the block of an interface.
void read_static(const std::string &line, const std::string &option, GuestInterface &one) {
    const auto equals = line.find('=');
    const auto value = equals == std::string::npos ? std::string{} : std::string{trim(line.substr(equals + 1))};
    if (option.starts_with("ip_address=")) {
        add_address(one.addresses, value);
        one.dhcp4 = false;
    } else if (option.starts_with("ip6_address=")) {
        add_address(one.addresses, value);
    } else if (option.starts_with("routers=") && !words(value).empty()) {
        add_gateway(one.gateways, words(value)[0]);
    }
}

} // namespace

Result<> read_dhcpcd(NetworkFiles &into) {
    const auto *content = H2K_TRY(into.read(path));
    std::optional<NetworkUse> use;
    const auto end_block = [&] {
        if (use)
            into.add(*std::exchange(use, std::nullopt));
    };
    for (const auto &line : lines(content ? *content : std::string{})) {
        const auto all = words(line);
        if (all.empty())
            continue;
        if (is_one_of(all[0], {"interface", "ssid", "profile", "arping"}))
            end_block();
        if (all[0] == "interface" && all.size() > 1) {
            use = NetworkFiles::use_of(path, "dhcpcd");
            use->names = {all[1]};
            use->unsure = is_pattern(all[1]);
            use->settings.dhcp4 = true;
        } else if (all[0] == "static" && all.size() > 1 && use)
            read_static(line, all[1], use->settings);
        else if (all[0] == "allowinterfaces")
            for (std::size_t i = 1; i < all.size() && !all[i].starts_with('#'); ++i)
                if (!is_pattern(all[i]))
                    into.mention(path, all[i]);
    }
    end_block();
    return {};
}

Result<> read_connman(NetworkFiles &into) {
    for (const auto &settings : H2K_TRY(into.guest.list("/var/lib/connman/ethernet_*/settings"))) {
        const auto *content = H2K_TRY(into.read(settings));
        if (content && content->find("IPv4.method=manual") != std::string::npos)
            into.warn_hardware(
                "network-names.mac-in-path",
                sentence(_("“%s” of ConnMan configures the network card whose MAC is in the folder's name; the "
                           "target's card needs the same MAC."),
                         printable(settings).c_str()));
    }
    return {};
}

} // namespace h2k
