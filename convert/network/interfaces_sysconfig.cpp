// SPDX-License-Identifier: LGPL-2.1-or-later
// The ifcfg files of RHEL (initscripts' sysconfig.txt, nm-settings-ifcfg-rh(5)) and of SUSE (ifcfg(5),
// ifcfg-bonding(5), ifcfg-bridge(5), ifcfg-vlan(5), routes(5)).
#include "convert/base/text.h"
#include "convert/network/interfaces.h"
#include "fixers/text/assignments.h"
#include "fixers/text/network_text.h"
#include <algorithm>
#include <array>

namespace h2k {

namespace {

using Values = std::vector<text::Assignment>;

constexpr std::string_view red_hat_folder = "/etc/sysconfig/network-scripts", suse_folder = "/etc/sysconfig/network";

std::string value_of(const Values &all, std::string_view key) {
    const auto *found = text::last(all, key);
    return found ? std::string{trim(found->value.value)} : std::string{};
}

bool says_yes(const Values &all, std::string_view key) {
    const auto value = lower(value_of(all, key));
    return value == "yes" || value == "true" || value == "1" || value == "on";
}

std::string kind_of(const Values &all, bool suse) {
    const auto type = lower(value_of(all, "TYPE")), device_type = lower(value_of(all, "DEVICETYPE"));
    if (type == "bond" || says_yes(all, "BONDING_MASTER") || text::last(all, "BONDING_OPTS"))
        return "bond";
    if (type == "vlan" || says_yes(all, "VLAN") || text::last(all, "ETHERDEVICE"))
        return "vlan";
    if (type == "bridge" || type == "ovsbridge" || (suse && says_yes(all, "BRIDGE")))
        return "bridge";
    if (device_type == "team" || text::last(all, "TEAM_CONFIG") || text::last(all, "TEAM_RUNNER"))
        return "team";
    if (type == "wireless")
        return "wifi";
    return type.size() < 32 ? type : "";
}

/// IPADDR, IPADDR0 and IPADDR_office, each with the prefix that stands beside it.
void read_addresses(const Values &all, GuestInterface &one) {
    for (const auto &assignment : all) {
        const std::string_view key = assignment.key;
        if (key == "IPV6ADDR" || key == "IPV6ADDR_SECONDARIES")
            for (const auto &word : words(assignment.value.value))
                add_address(one.addresses, word);
        if (key.starts_with("GATEWAY") && key != "GATEWAYDEV")
            add_gateway(one.gateways, trim(assignment.value.value));
        if (key == "IPV6_DEFAULTGW")
            add_gateway(one.gateways, split(assignment.value.value, '%')[0]);
        if (!key.starts_with("IPADDR"))
            continue;
        const std::string suffix{key.substr(6)};
        std::string mask;
        for (const auto *name : {"PREFIX", "PREFIXLEN", "NETMASK"})
            if (mask.empty())
                mask = value_of(all, name + suffix);
        add_address(one.addresses, trim(assignment.value.value), mask);
    }
    const auto protocol = lower(value_of(all, "BOOTPROTO"));
    const bool both = protocol.starts_with("dhcp+") || protocol == "dhcp" || protocol == "bootp";
    const bool suse = one.backend == "sysconfig";
    one.dhcp4 = one.dhcp4 || both || protocol == "dhcp4";
    one.dhcp6 = one.dhcp6 || (suse && protocol == "dhcp") || protocol == "dhcp6" || says_yes(all, "DHCPV6C");
}

void read_members(const Values &all, GuestInterface &one, InterfaceList &into) {
    const bool suse = one.backend == "sysconfig";
    for (const auto *key : {"MASTER", "TEAM_MASTER", suse ? "" : "BRIDGE"})
        if (const auto above = value_of(all, key); !above.empty())
            into.join(one.backend.c_str(), above, one.name);
    for (const auto &assignment : all) {
        const std::string_view key = assignment.key;
        if (key.starts_with("BONDING_SLAVE") || key.starts_with("TEAM_PORT_DEVICE") || key == "BRIDGE_PORTS" ||
            key.starts_with("OVS_BRIDGE_PORT_DEVICE"))
            for (const auto &word : words(assignment.value.value))
                add_text(one.members, word);
    }
    for (const auto *key : {"PHYSDEV", "ETHERDEVICE", "MACVLAN_DEVICE"})
        if (auto parent = value_of(all, key); !parent.empty() && parent.size() < 64)
            one.parent = std::move(parent);
    if (one.kind != "vlan")
        return;
    one.vlan = text::vlan_number(value_of(all, "VLAN_ID"));
    if (!one.vlan && one.name.find('.') == std::string::npos)
        one.vlan = text::vlan_number(digits_behind(one.name));
}

/// The card of "ifcfg-eth-id-00:50:56:…" of old SUSE has no name.
std::string mac_in_name(std::string_view name) {
    for (const std::string_view kind : {"eth-id-", "id-"})
        if (name.starts_with(kind))
            return text::normal_mac(name.substr(kind.size()));
    return {};
}

void read_file(const std::string &path, const std::string &content, bool suse, InterfaceList &into) {
    const auto all = text::parse_assignments(content);
    const auto file_name = path.substr(path.rfind("/ifcfg-") + 7);
    auto mac = suse ? mac_in_name(file_name) : std::string{};
    auto name = value_of(all, "DEVICE");
    for (const auto *key : {"HWADDR", "MACADDR", "LLADDR", "MACADDRESS"})
        if (mac.empty())
            mac = text::normal_mac(value_of(all, key));
    // NetworkManager's ifcfg files need no DEVICE where HWADDR tells the card.
    if (name.empty() && (suse ? mac_in_name(file_name).empty() : mac.empty()))
        name = file_name;
    // "eth0:1" is one more address of eth0; SUSE's old names of cards end with a place on a bus.
    if (name.find("bus-") == std::string::npos)
        name = name.substr(0, name.find(':'));
    if (name == "lo")
        return;
    auto &one = into.of(suse ? "sysconfig" : "ifcfg", name, path);
    if (one.kind.empty())
        one.kind = kind_of(all, suse);
    if (one.mac.empty())
        one.mac = std::move(mac);
    read_addresses(all, one);
    read_members(all, one, into);
}

/// "default via 192.0.2.1" of RHEL, "default 192.0.2.1 - eth0" of SUSE.  @owner: of a file for one interface.
void read_routes(const std::string &content, const char *backend, const std::string &owner, InterfaceList &into) {
    for (const auto &line : lines(content)) {
        const auto all = words(line);
        if (all.size() < 2 || !text::is_default_route(all[0]))
            continue;
        const auto &gateway = all[1] == "via" && all.size() > 2 ? all[2] : all[1];
        const auto device = all.size() > 3 && all[3] != "-" && all[1] != "via" ? all[3] : owner;
        if (device.empty())
            into.add_gateway(backend, gateway);
        else if (auto *one = into.known(backend, device))
            add_gateway(one->gateways, gateway);
    }
}

Result<> find_routes(InterfaceList &into, std::string_view folder, const char *backend, const char *kind) {
    for (const auto &path : H2K_TRY(into.guest.list(std::string{folder} + "/" + kind + "*"))) {
        const auto name = path.substr(folder.size() + 1 + std::string_view{kind}.size());
        if (text::is_left_over(path) || name.empty())
            continue;
        if (const auto *content = H2K_TRY(into.read(path)); content)
            read_routes(*content, backend, name, into);
    }
    return {};
}

} // namespace

Result<> find_sysconfig(InterfaceList &into) {
    for (const auto folder : {red_hat_folder, suse_folder})
        for (const auto &path : H2K_TRY(into.guest.list(std::string{folder} + "/ifcfg-*"))) {
            const auto *content = text::is_left_over(path) ? nullptr : H2K_TRY(into.read(path));
            if (content)
                read_file(path, *content, folder == suse_folder, into);
        }
    H2K_CHECK(find_routes(into, red_hat_folder, "ifcfg", "route-"));
    H2K_CHECK(find_routes(into, suse_folder, "sysconfig", "ifroute-"));
    if (const auto *routes = H2K_TRY(into.read("/etc/sysconfig/network/routes")))
        read_routes(*routes, "sysconfig", {}, into);
    if (const auto *global = H2K_TRY(into.read("/etc/sysconfig/network")))
        into.add_gateway("ifcfg", value_of(text::parse_assignments(*global), "GATEWAY"));
    return {};
}

} // namespace h2k
