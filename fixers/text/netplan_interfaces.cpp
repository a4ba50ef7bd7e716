// SPDX-License-Identifier: LGPL-2.1-or-later
// The netplan reference ("YAML configuration"), and "Networking config Version 1" of cloud-init's documentation.
#include "fixers/text/netplan_interfaces.h"
#include "convert/base/i18n.h"
#include "convert/base/text.h"
#include "fixers/text/netplan.h"
#include "fixers/text/network_text.h"
#include "fixers/text/yaml_document.h"
#include <algorithm>
#include <array>
#include <map>
#include <utility>

namespace h2k::text {

namespace {

constexpr std::size_t most_interfaces = 256, most_values = 64;

/// The interfaces so far, and which names their ids stand for.
struct Reading {
    YamlDocument document;
    NetplanNames &names;
    std::vector<GuestInterface> found{};

    [[nodiscard]] std::string text(yaml_node_t *map, std::string_view member) {
        return YamlDocument::text(document.member(map, member)).value_or("");
    }
    /// A list's texts, or the one text that stands in its place; of an item that is a map, its first key.
    [[nodiscard]] std::vector<std::string> texts(yaml_node_t *list) {
        std::vector<std::string> all;
        if (const auto one = YamlDocument::text(list))
            all.push_back(*one);
        document.each_item(list, [&](yaml_node_t *item) {
            if (all.size() >= most_values)
                return;
            if (const auto text = YamlDocument::text(item))
                return all.push_back(*text);
            bool first = true;
            document.each_member(item, [&](const std::string &key, yaml_node_t *) {
                if (std::exchange(first, false))
                    all.push_back(key);
            });
        });
        return all;
    }
    [[nodiscard]] bool says_yes(yaml_node_t *map, std::string_view member) {
        const auto value = lower(text(map, member));
        return value == "true" || value == "yes" || value == "on" || value == "y";
    }
};

GuestInterface netplan_interface(Reading &from, const char *kind, const std::string &id, yaml_node_t *node) {
    GuestInterface one;
    one.kind = kind;
    auto *match = from.document.member(node, "match");
    one.name = from.text(node, "set-name");
    if (one.name.empty() && match)
        one.name = from.text(match, "name");
    else if (const auto known = from.names.find(id); one.name.empty())
        one.name = known == from.names.end() ? id : known->second;
    one.mac = from.text(match, "macaddress");
    if (one.mac.empty())
        one.mac = from.text(node, "macaddress");
    one.members = from.texts(from.document.member(node, "interfaces"));
    one.parent = from.text(node, "link");
    one.vlan = vlan_number(from.text(node, "id"));
    one.addresses = from.texts(from.document.member(node, "addresses"));
    one.dhcp4 = from.says_yes(node, "dhcp4");
    one.dhcp6 = from.says_yes(node, "dhcp6");
    for (const char *key : {"gateway4", "gateway6"})
        if (auto gateway = from.text(node, key); !gateway.empty())
            one.gateways.push_back(std::move(gateway));
    from.document.each_item(from.document.member(node, "routes"), [&](yaml_node_t *route) {
        if (is_default_route(from.text(route, "to")) && one.gateways.size() < most_values)
            one.gateways.push_back(from.text(route, "via"));
    });
    // Members and parents are named by id.
    from.names[id] = one.name.empty() ? one.mac : one.name;
    return one;
}

void read_netplan(Reading &from, yaml_node_t *network) {
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
        from.document.each_member(from.document.member(network, section),
                                  [&](const std::string &id, yaml_node_t *node) {
                                      if (from.found.size() <= most_interfaces) // an alias can repeat much for little
                                          from.found.push_back(netplan_interface(from, kind, id, node));
                                  });
    for (auto &one : from.found) {
        for (auto &member : one.members)
            if (const auto name = from.names.find(member); name != from.names.end() && !name->second.empty())
                member = name->second;
        if (const auto name = from.names.find(one.parent); name != from.names.end() && !name->second.empty())
            one.parent = name->second;
    }
}

void add_subnet(Reading &from, yaml_node_t *subnet, GuestInterface &one) {
    const auto type = from.text(subnet, "type");
    one.dhcp4 = one.dhcp4 || type == "dhcp" || type == "dhcp4";
    one.dhcp6 = one.dhcp6 || type == "dhcp6" || type.starts_with("ipv6_dhcpv6");
    auto address = from.text(subnet, "address");
    if (const auto mask = from.text(subnet, "netmask"); !mask.empty() && address.find('/') == std::string::npos)
        address += "/" + mask;
    if (one.addresses.size() < most_values && !address.empty())
        one.addresses.push_back(std::move(address));
    if (auto gateway = from.text(subnet, "gateway"); !gateway.empty() && one.gateways.size() < most_values)
        one.gateways.push_back(std::move(gateway));
}

void read_version_1(Reading &from, yaml_node_t *config) {
    from.document.each_item(config, [&](yaml_node_t *item) {
        const auto type = from.text(item, "type");
        const bool is_interface =
            type == "physical" || type == "bond" || type == "bridge" || type == "vlan" || type == "infiniband";
        if (!is_interface || from.found.size() > most_interfaces)
            return;
        GuestInterface one;
        one.kind = type == "physical" ? "ethernet" : type;
        one.name = from.text(item, "name");
        one.mac = from.text(item, "mac_address");
        for (const char *key : {"bond_interfaces", "bridge_interfaces"})
            std::ranges::move(from.texts(from.document.member(item, key)), std::back_inserter(one.members));
        one.parent = from.text(item, "vlan_link");
        one.vlan = vlan_number(from.text(item, "vlan_id"));
        std::size_t subnets = 0;
        from.document.each_item(from.document.member(item, "subnets"), [&](yaml_node_t *subnet) {
            if (++subnets <= most_values)
                add_subnet(from, subnet, one);
        });
        from.found.push_back(std::move(one));
    });
}

} // namespace

Result<std::vector<GuestInterface>> parse_network_yaml(std::string_view file, bool settings, NetplanNames &names) {
    H2K_CHECK(check_netplan_text(file));
    Reading from{YamlDocument{file}, names};
    if (!from.document.loaded())
        return fail(H2K_ERROR_FAILED, _("It is not valid YAML, or nested deeper than a netplan file is."));
    auto *root = from.document.root(), *network = from.document.member(root, "network");
    if (!network && !settings)
        network = root;
    if (auto *config = from.document.member(network, "config"); config && config->type == YAML_SEQUENCE_NODE)
        read_version_1(from, config);
    else
        read_netplan(from, network);
    if (from.found.size() > most_interfaces)
        return fail(H2K_ERROR_FAILED, _("It names more network cards than are looked at."));
    return std::move(from.found);
}

} // namespace h2k::text
