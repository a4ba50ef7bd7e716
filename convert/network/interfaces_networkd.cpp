// SPDX-License-Identifier: LGPL-2.1-or-later
// systemd.network(5) and systemd.netdev(5).
#include "convert/base/text.h"
#include "convert/network/interfaces.h"
#include "fixers/text/ini.h"
#include "fixers/text/network_text.h"
#include <algorithm>

namespace h2k {

namespace {

using text::value_of;
using Entries = std::vector<text::IniEntry>;
constexpr const char *backend = "networkd";

void read_netdev(const std::string &path, const Entries &all, InterfaceList &into) {
    const auto name = value_of(all, "NetDev", "Name");
    if (name.empty())
        return;
    auto &one = into.of(backend, name, path);
    const auto kind = value_of(all, "NetDev", "Kind");
    one.kind = kind.size() < 32 ? kind : "";
    if (one.mac.empty())
        one.mac = text::normal_mac(value_of(all, "NetDev", "MACAddress"));
    if (one.kind == "vlan")
        one.vlan = text::vlan_number(value_of(all, "VLAN", "Id"));
}

/// What one interface that the file is for gets.
void configure(const Entries &all, GuestInterface &one, InterfaceList &into) {
    bool to_all = true; // does the [Route] section speak of the default route?
    std::string via;
    const auto end_route = [&] {
        if (to_all)
            add_gateway(one.gateways, via);
        to_all = true;
        via.clear();
    };
    for (const auto &entry : all) {
        const std::string_view section = entry.section, key = entry.key, value = entry.value.value;
        if (key == "Address" && (section == "Network" || section == "Address"))
            add_address(one.addresses, value);
        else if (section == "Route" && key == "Gateway") {
            end_route(); // sections of the same name follow one another
            via = value;
        } else if (section == "Route" && key == "Destination") {
            to_all = text::is_default_route(value);
            if (!via.empty())
                end_route();
        } else if (section == "Network" && key == "Gateway")
            add_gateway(one.gateways, value);
        else if (section == "Network" && key == "DHCP") {
            const auto says = lower(value);
            const bool both = says == "yes" || says == "true" || says == "both" || says == "1" || says == "on";
            one.dhcp4 = both || says == "ipv4" || says == "v4";
            one.dhcp6 = both || says == "ipv6" || says == "v6";
        } else if (section == "Network" && (key == "Bond" || key == "Bridge"))
            into.join(backend, value, one.name.empty() ? one.mac : one.name);
    }
    end_route();
}

/// [Network] VLAN= names interfaces that lie on this one.
void add_parents(const std::string &path, const Entries &all, const std::string &name, InterfaceList &into) {
    for (const auto &entry : all)
        if (entry.section == "Network" && (entry.key == "VLAN" || entry.key == "MACVLAN" || entry.key == "IPVLAN"))
            for (const auto &above : words(entry.value.value)) {
                auto &one = into.of(backend, above, path);
                one.parent = name;
                if (one.kind.empty())
                    one.kind = lower(entry.key);
            }
}

void read_network(const std::string &path, const Entries &all, InterfaceList &into) {
    const auto type = value_of(all, "Match", "Type");
    if (text::entry_of(all, "Match", "Kind") || text::entry_of(all, "Match", "Virtualization") || type == "loopback")
        return;
    const auto match = value_of(all, "Match", "Name");
    auto mac = text::normal_mac(value_of(all, "Match", "PermanentMACAddress"));
    if (mac.empty())
        mac = text::normal_mac(value_of(all, "Match", "MACAddress"));
    const bool pattern = match.find_first_of("*?[!") != std::string::npos || (match.empty() && mac.empty());
    // Those of packages are for containers and the like.
    if (match == "lo" || (pattern && !path.starts_with("/etc/")))
        return;
    auto names = words(match);
    if (pattern || names.empty())
        names = {match.empty() && mac.empty() ? "*" : match};
    for (const auto &name : names) {
        auto &one = into.of(backend, name, path);
        if (!mac.empty() && names.size() == 1)
            one.mac = mac;
        if (one.kind.empty() && (type == "wlan" || type == "wwan"))
            one.kind = type == "wlan" ? "wifi" : "wwan";
        configure(all, one, into);
        add_parents(path, all, name.empty() ? mac : name, into);
    }
}

} // namespace

Result<> find_networkd(InterfaceList &into) {
    for (const char *glob : {"*.netdev", "*.network"})
        for (const auto &path : H2K_TRY(text::files_in_order(
                 into.guest, {"/etc/systemd/network", "/usr/lib/systemd/network", "/lib/systemd/network"}, glob))) {
            const auto *content = H2K_TRY(into.read(path));
            if (!content)
                continue;
            // Drop-ins come behind what they add to.
            auto whole = *content;
            for (const auto &drop_in :
                 H2K_TRY(into.guest.list("/etc/systemd/network" + path.substr(path.rfind('/')) + ".d/*.conf")))
                if (const auto *more = H2K_TRY(into.read(drop_in)))
                    whole += "\n" + *more;
            const auto all = text::parse_ini(whole);
            if (path.ends_with(".netdev"))
                read_netdev(path, all, into);
            else
                read_network(path, all, into);
        }
    return {};
}

} // namespace h2k
