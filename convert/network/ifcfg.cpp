// SPDX-License-Identifier: LGPL-2.1-or-later
// The ifcfg files of RHEL (initscripts' sysconfig.txt, nm-settings-ifcfg-rh(5), README.RHEL of Open vSwitch) and of
// SUSE (ifcfg(5), ifcfg-bonding(5), ifcfg-bridge(5), ifcfg-vlan(5), ifcfg-team(5), routes(5)).
#include "convert/base/i18n.h"
#include "convert/base/mac.h"
#include "convert/base/messages.h"
#include "convert/base/text.h"
#include "convert/network/network_files.h"
#include "fixers/text/assignments.h"
#include "fixers/text/network_text.h"
#include <algorithm>

namespace h2k {

namespace {

using Values = std::vector<text::Assignment>;

constexpr std::string_view red_hat_folder = "/etc/sysconfig/network-scripts", suse_folder = "/etc/sysconfig/network";

bool says_yes(const Values &all, std::string_view key) {
    return is_one_of(lower(value_of(all, key)), {"yes", "true", "1", "on"});
}

bool has_one_of(const Values &all, std::initializer_list<std::string_view> keys) {
    return std::ranges::any_of(keys, [&](std::string_view key) { return text::last(all, key) != nullptr; });
}

std::string kind_of(const Values &all, bool suse) {
    const auto type = lower(value_of(all, "TYPE")), device_type = lower(value_of(all, "DEVICETYPE"));
    if (type == "bond" || says_yes(all, "BONDING_MASTER") || has_one_of(all, {"BONDING_OPTS"}))
        return "bond";
    if (type == "vlan" || says_yes(all, "VLAN") || has_one_of(all, {"ETHERDEVICE"}))
        return "vlan";
    if (type == "bridge" || type == "ovsbridge" ||
        (suse && (says_yes(all, "BRIDGE") || has_one_of(all, {"BRIDGE_PORTS"}))))
        return "bridge";
    if (device_type == "team" || has_one_of(all, {"TEAM_CONFIG", "TEAM_RUNNER"}))
        return "team";
    // A port of Open vSwitch is a card, unless it is one of the other types.
    if (type == "ovsport")
        return {};
    return type == "wireless" ? "wifi" : type;
}

/// A VLAN that is called after its card is made by that name.
bool is_card(const Values &all, const NetworkUse &use, std::string_view name) {
    const auto &kind = use.settings.kind;
    if (kind == "vlan")
        return name.find('.') != std::string_view::npos;
    return (kind.empty() || kind == "ethernet") && !has_one_of(all, {"TUNNEL", "MACVLAN_DEVICE"});
}

/// What stands in a name of old SUSE between "ifcfg-" and the card: "eth-id-00:50:56:…", "bus-pci-0000:02:00.0".
struct OldName {
    bool by_mac = false, by_bus = false;
    std::string mac; ///< empty where it is not a MAC
};
OldName old_name(std::string_view name) {
    for (const std::string_view kind : {"eth-id-", "id-"})
        if (name.starts_with(kind))
            return {true, false, parse_mac(name.substr(kind.size()))};
    return {false, name.starts_with("bus-") || name.starts_with("eth-bus-"), {}};
}

/// IPADDR, IPADDR0 and IPADDR_office, each with the prefix that stands beside it.
void read_addresses(const Values &all, bool suse, GuestInterface &one) {
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
    one.dhcp4 = both || protocol == "dhcp4";
    one.dhcp6 = (suse && protocol == "dhcp") || protocol == "dhcp6" || says_yes(all, "DHCPV6C");
}

/// Adds what @name says that the interface stands on.  SUSE's old names are not those of interfaces.
void read_lower(const std::string &name, bool suse, bool is_parent, NetworkUse &use, NetworkFiles &into) {
    const auto old = suse ? old_name(name) : OldName{};
    if (old.by_bus)
        into.warn_hardware(
            "network-names.old-place",
            sentence(_("“%s” names a network card by its bus address “%s”, which the target machine does not have."),
                     printable(use.settings.file).c_str(), printable(name).c_str()));
    if (!old.by_bus && !old.by_mac)
        return is_parent ? set_parent(use, name) : add_member(use, name);
    if (is_parent)
        use.settings.parent = name.substr(0, longest_interface_name);
    else
        add_text(use.settings.members, name);
}

void read_relations(const Values &all, bool suse, NetworkUse &use, NetworkFiles &into) {
    for (const auto *key : {"MASTER", "TEAM_MASTER", "OVS_BRIDGE", suse ? "" : "BRIDGE"})
        if (auto above = value_of(all, key); !above.empty())
            use.upper.push_back(std::move(above));
    for (const auto &assignment : all) {
        const std::string_view key = assignment.key;
        if (key.starts_with("BONDING_SLAVE") || key.starts_with("TEAM_PORT_DEVICE") || key == "BRIDGE_PORTS" ||
            key.starts_with("OVS_BRIDGE_PORT_DEVICE"))
            for (const auto &word : words(assignment.value.value))
                read_lower(word, suse, false, use, into);
    }
    for (const auto *key : {"PHYSDEV", "ETHERDEVICE", "MACVLAN_DEVICE"})
        if (const auto parent = value_of(all, key); !parent.empty())
            read_lower(parent, suse, true, use, into);
}

/// The names of the interface; @file_name is what follows "ifcfg-".
void read_names(const Values &all, const std::string &file_name, bool suse, NetworkUse &use) {
    auto name = value_of(all, "DEVICE");
    const auto old = suse && name.empty() ? old_name(file_name) : OldName{};
    if (old.by_mac || old.by_bus)
        use.macs.clear();
    if (old.by_bus || !old.mac.empty())
        use.renamed = std::string{suse_folder} + "/ifcfg-eth-id-";
    if (!old.mac.empty())
        use.macs.push_back({{old.mac, 0, 0}, false});
    use.settings.mac = old.mac;
    // NetworkManager's ifcfg files need no DEVICE where HWADDR identifies the card.
    if (name.empty() && (suse ? old.mac.empty() : use.macs.empty())) {
        use.unsure = !suse || old.by_mac || old.by_bus;
        name = file_name;
    }
    // "eth0:1" is one more address of eth0; SUSE's old names of cards end with a bus address.
    if (!old.by_bus)
        name = name.substr(0, name.find(':'));
    if (!name.empty())
        use.names = {std::move(name)};
}

void read_file(const std::string &path, const std::string &content, bool suse, NetworkFiles &into) {
    const auto all = text::parse_assignments(content);
    auto use = NetworkFiles::use_of(path, suse ? "sysconfig" : "ifcfg");
    for (const auto &assignment : all)
        if (is_one_of(assignment.key, {"HWADDR", "MACADDR", "LLADDR", "MACADDRESS"}) &&
            !parse_mac(assignment.value.value).empty())
            use.macs.push_back(mac_pin(assignment, assignment.value, assignment.key != "HWADDR"));
    read_names(all, path.substr(path.rfind("/ifcfg-") + 7), suse, use);
    const auto name = use.names.empty() ? std::string{} : use.names.front();
    if (name == "lo")
        return;
    for (const auto *key : {"HWADDR", "MACADDR", "LLADDR", "MACADDRESS"})
        if (use.settings.mac.empty())
            use.settings.mac = parse_mac(value_of(all, key));
    set_kind(use, kind_of(all, suse));
    use.card = is_card(all, use, name);
    read_addresses(all, suse, use.settings);
    read_relations(all, suse, use, into);
    if (use.settings.kind == "vlan") {
        use.settings.vlan = text::vlan_number(value_of(all, "VLAN_ID"));
        if (!use.settings.vlan && name.find('.') == std::string::npos)
            use.settings.vlan = text::vlan_number(trailing_digits(name));
    }
    into.add(std::move(use));
}

/// "default via 192.0.2.1" of RHEL, "default 192.0.2.1 - eth0" of SUSE.  @owner: of a file for one interface.
void read_routes(const std::string &content, const char *backend, const std::string &owner, NetworkFiles &into) {
    for (const auto &line : lines(content)) {
        const auto all = words(line);
        if (all.size() < 2 || !text::is_default_route(all[0]))
            continue;
        const auto &gateway = all[1] == "via" && all.size() > 2 ? all[2] : all[1];
        const auto device = all.size() > 3 && all[3] != "-" && all[1] != "via" ? all[3] : owner;
        into.add_route({backend, device, gateway});
    }
}

Result<> read_route_files(NetworkFiles &into, std::string_view folder, const char *backend, const char *kind) {
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

Result<> read_ifcfg(NetworkFiles &into) {
    for (const auto folder : {red_hat_folder, suse_folder})
        for (const auto &path : H2K_TRY(into.guest.list(std::string{folder} + "/ifcfg-*"))) {
            const auto *content = text::is_left_over(path) ? nullptr : H2K_TRY(into.read(path));
            if (content)
                read_file(path, *content, folder == suse_folder, into);
        }
    H2K_CHECK(read_route_files(into, red_hat_folder, "ifcfg", "route-"));
    H2K_CHECK(read_route_files(into, suse_folder, "sysconfig", "ifroute-"));
    if (const auto *routes = H2K_TRY(into.read("/etc/sysconfig/network/routes")))
        read_routes(*routes, "sysconfig", {}, into);
    if (const auto *global = H2K_TRY(into.read("/etc/sysconfig/network")))
        into.add_route({"ifcfg", {}, value_of(text::parse_assignments(*global), "GATEWAY")});
    return {};
}

} // namespace h2k
