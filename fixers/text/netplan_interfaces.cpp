// SPDX-License-Identifier: LGPL-2.1-or-later
// The netplan reference ("YAML configuration"), and "Networking config Version 1" of cloud-init's documentation.
#include "fixers/text/netplan_interfaces.h"
#include "convert/base/i18n.h"
#include "convert/base/text.h"
#include "fixers/text/netplan.h"
#include "fixers/text/network_text.h"
#include <algorithm>
#include <array>
#include <map>
#include <ranges>
#include <utility>

namespace h2k::text {

namespace {

constexpr std::size_t most_interfaces = 256, most_values = 64;

/// The interfaces so far, and which names their ids stand for.
struct Reading {
    NetplanNames &names;
    std::vector<GuestInterface> found{};
};

const std::vector<Node> &items_of(const Node *list) {
    static const std::vector<Node> none;
    return list && list->kind == Node::Kind::list ? list->items : none;
}

std::string text(const Node &map, std::string_view member) {
    const auto *node = map.member(member);
    return node && node->kind == Node::Kind::text ? node->value : "";
}

/// A list's texts, or the one text that stands in its place; of an item that is a map, its first key.
std::vector<std::string> texts(const Node *list) {
    std::vector<std::string> all;
    if (list && list->kind == Node::Kind::text)
        all.push_back(list->value);
    for (const auto &item : items_of(list)) {
        if (all.size() >= most_values)
            break;
        if (item.kind == Node::Kind::text)
            all.push_back(item.value);
        else if (!item.keys.empty())
            all.push_back(item.keys.front());
    }
    return all;
}

bool says_yes(const Node &map, std::string_view member) {
    const auto value = lower(text(map, member));
    return value == "true" || value == "yes" || value == "on" || value == "y";
}

GuestInterface netplan_interface(Reading &from, const char *kind, const std::string &id, const Node &node) {
    GuestInterface one;
    one.kind = kind;
    auto *match = node.member("match");
    one.name = text(node, "set-name");
    if (one.name.empty() && match)
        one.name = text(*match, "name");
    else if (const auto known = from.names.find(id); one.name.empty())
        one.name = known == from.names.end() ? id : known->second;
    one.mac = text(*match, "macaddress");
    if (one.mac.empty())
        one.mac = text(node, "macaddress");
    one.members = texts(node.member("interfaces"));
    one.parent = text(node, "link");
    one.vlan = vlan_number(text(node, "id"));
    one.addresses = texts(node.member("addresses"));
    one.dhcp4 = says_yes(node, "dhcp4");
    one.dhcp6 = says_yes(node, "dhcp6");
    for (const char *key : {"gateway4", "gateway6"})
        if (auto gateway = text(node, key); !gateway.empty())
            one.gateways.push_back(std::move(gateway));
    for (const auto &route : items_of(node.member("routes")))
        if (is_default_route(text(route, "to")) && one.gateways.size() < most_values)
            one.gateways.push_back(text(route, "via"));
    // Members and parents are named by id.
    from.names[id] = one.name.empty() ? one.mac : one.name;
    return one;
}

void read_netplan(Reading &from, const Node &network) {
    constexpr std::array<std::pair<const char *, const char *>, 10> kinds{{{"ethernets", "ethernet"},
                                                                           {"wifis", "wifi"},
                                                                           {"modems", "wwan"},
                                                                           {"bonds", "bond"},
                                                                           {"bridges", "bridge"},
                                                                           {"vlans", "vlan"},
                                                                           {"vrfs", "vrf"},
                                                                           {"tunnels", "tunnel"},
                                                                           {"dummy-devices", "dummy"},
                                                                           {"virtual-ethernets", "veth"}}};
    for (const auto &[section, kind] : kinds)
        if (const auto *devices = network.member(section))
            for (std::size_t i = 0; i < devices->keys.size() && from.found.size() <= most_interfaces; ++i)
                from.found.push_back(netplan_interface(from, kind, devices->keys[i], devices->items[i]));
    for (auto &one : from.found) {
        for (auto &member : one.members)
            if (const auto name = from.names.find(member); name != from.names.end() && !name->second.empty())
                member = name->second;
        if (const auto name = from.names.find(one.parent); name != from.names.end() && !name->second.empty())
            one.parent = name->second;
    }
}

void add_subnet(const Node &subnet, GuestInterface &one) {
    const auto type = text(subnet, "type");
    one.dhcp4 = one.dhcp4 || type == "dhcp" || type == "dhcp4";
    one.dhcp6 = one.dhcp6 || type == "dhcp6" || type.starts_with("ipv6_dhcpv6");
    auto address = text(subnet, "address");
    if (const auto mask = text(subnet, "netmask"); !mask.empty() && address.find('/') == std::string::npos)
        address += "/" + mask;
    if (one.addresses.size() < most_values && !address.empty())
        one.addresses.push_back(std::move(address));
    if (auto gateway = text(subnet, "gateway"); !gateway.empty() && one.gateways.size() < most_values)
        one.gateways.push_back(std::move(gateway));
}

void read_version_1(Reading &from, const Node &config) {
    for (const auto &item : config.items) {
        const auto type = text(item, "type");
        const bool is_interface =
            type == "physical" || type == "bond" || type == "bridge" || type == "vlan" || type == "infiniband";
        if (!is_interface || from.found.size() > most_interfaces)
            continue;
        GuestInterface one;
        one.kind = type == "physical" ? "ethernet" : type;
        one.name = text(item, "name");
        one.mac = text(item, "mac_address");
        for (const char *key : {"bond_interfaces", "bridge_interfaces"})
            std::ranges::move(texts(item.member(key)), std::back_inserter(one.members));
        one.parent = text(item, "vlan_link");
        one.vlan = vlan_number(text(item, "vlan_id"));
        for (const auto &subnet : items_of(item.member("subnets")) | std::views::take(most_values))
            add_subnet(subnet, one);
        from.found.push_back(std::move(one));
    }
}

} // namespace

Result<std::vector<GuestInterface>> parse_network_yaml(std::string_view file, bool settings, NetplanNames &names) {
    const auto document = H2K_TRY(read_network_yaml(file));
    Reading from{names};
    const auto *network = document.root.member("network");
    if (!network && !settings)
        network = &document.root;
    if (!network)
        return std::vector<GuestInterface>{};
    if (const auto *config = network->member("config"); config && config->kind == Node::Kind::list)
        read_version_1(from, *config);
    else
        read_netplan(from, *network);
    if (from.found.size() > most_interfaces)
        return fail(H2K_ERROR_FAILED, _("It names more network cards than are looked at."));
    return std::move(from.found);
}

} // namespace h2k::text
