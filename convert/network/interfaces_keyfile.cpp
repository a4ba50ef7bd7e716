// SPDX-License-Identifier: LGPL-2.1-or-later
// NetworkManager's keyfiles (nm-settings-keyfile(5)).
#include "convert/base/text.h"
#include "convert/network/interfaces.h"
#include "fixers/text/ini.h"
#include "fixers/text/network_text.h"
#include <algorithm>
#include <array>

namespace h2k {

namespace {

using text::value_of;
using Entries = std::vector<text::IniEntry>;
constexpr const char *backend = "networkmanager";

/// The name that the connection's interface has; empty: that of any card.
std::string name_of_interface(const Entries &all) {
    for (const auto *section : {"connection", "bond", "bridge", "vlan", "team", "match"})
        if (auto name = value_of(all, section, "interface-name"); !name.empty()) {
            while (name.ends_with(';'))
                name.pop_back();
            return name;
        }
    return {};
}

std::string kind_of(const Entries &all) {
    constexpr std::array<std::pair<std::string_view, const char *>, 6> old{{{"802-3-ethernet", "ethernet"},
                                                                            {"802-11-wireless", "wifi"},
                                                                            {"bond-slave", "ethernet"},
                                                                            {"bridge-slave", "ethernet"},
                                                                            {"ip-tunnel", "tunnel"},
                                                                            {"gsm", "wwan"}}};
    const auto type = value_of(all, "connection", "type");
    for (const auto &[name, kind] : old)
        if (type == name)
            return kind;
    return type.size() < 32 ? type : "";
}

/// "192.0.2.5/24,192.0.2.1", and "192.0.2.5;24;192.0.2.1;" of the first versions.
void add_address_line(std::string_view value, GuestInterface &one) {
    const char separator =
        value.find(';') != std::string_view::npos && value.find('/') == std::string_view::npos ? ';' : ',';
    const auto parts = split(value, separator);
    const bool old = separator == ';';
    add_address(one.addresses, trim(parts[0]), old && parts.size() > 1 ? trim(parts[1]) : std::string_view{});
    if (parts.size() > (old ? 2u : 1u))
        if (const auto gateway = trim(parts[old ? 2 : 1]); gateway != "0.0.0.0" && gateway != "::")
            add_gateway(one.gateways, gateway);
}

bool is_numbered(std::string_view key, std::string_view name) {
    return key.starts_with(name) && key.substr(name.size()).find_first_not_of("0123456789") == std::string_view::npos;
}

void read_addresses(const Entries &all, GuestInterface &one) {
    for (const auto &entry : all) {
        if (entry.section != "ipv4" && entry.section != "ipv6")
            continue;
        const std::string_view value = entry.value.value;
        if (is_numbered(entry.key, "address") || is_numbered(entry.key, "addresses"))
            add_address_line(value, one);
        else if (entry.key == "gateway")
            add_gateway(one.gateways, value);
        else if (is_numbered(entry.key, "route") || is_numbered(entry.key, "routes")) {
            const auto parts = split(value, ',');
            if (parts.size() > 1 && text::is_default_route(trim(parts[0])))
                add_gateway(one.gateways, trim(parts[1]));
        }
    }
    one.dhcp4 = value_of(all, "ipv4", "method") == "auto";
    one.dhcp6 = value_of(all, "ipv6", "method") == "dhcp";
}

struct Connection {
    std::string path, name;
    Entries all;
};

void read_connection(const Connection &from, const std::map<std::string, std::string> &by_uuid, InterfaceList &into) {
    const auto interface_of = [&](std::string name) {
        const auto known = by_uuid.find(name);
        return known == by_uuid.end() ? name : known->second;
    };
    const auto &all = from.all;
    auto &one = into.of(backend, from.name, from.path);
    one.kind = kind_of(all);
    for (const auto *key : {"mac-address", "cloned-mac-address"})
        for (const auto *section : {"ethernet", "802-3-ethernet", "wifi"})
            if (auto mac = text::normal_mac(value_of(all, section, key)); one.mac.empty())
                one.mac = std::move(mac);
    if (one.kind == "vlan")
        one.vlan = text::vlan_number(value_of(all, "vlan", "id"));
    for (const auto *section : {"vlan", "macvlan", "vxlan"})
        if (auto parent = value_of(all, section, "parent"); !parent.empty())
            one.parent = interface_of(std::move(parent));
    for (const auto *key : {"master", "controller"})
        if (auto above = value_of(all, "connection", key); !above.empty())
            into.join(backend, interface_of(std::move(above)), from.name.empty() ? one.mac : from.name);
    read_addresses(all, one);
}

} // namespace

Result<> find_keyfiles(InterfaceList &into) {
    std::vector<Connection> connections;
    std::map<std::string, std::string> by_uuid;
    for (const auto &path : H2K_TRY(text::files_in_order(
             into.guest, {"/etc/NetworkManager/system-connections", "/usr/lib/NetworkManager/system-connections"},
             "*"))) {
        if (text::is_left_over(path) || (path.starts_with("/usr/") && !path.ends_with(".nmconnection")))
            continue;
        const auto *content = H2K_TRY(into.read(path));
        if (!content)
            continue;
        auto all = text::parse_ini(*content);
        auto name = name_of_interface(all);
        const auto type = value_of(all, "connection", "type");
        if (type.empty() || type == "loopback" || type == "vpn")
            continue;
        by_uuid.try_emplace(value_of(all, "connection", "uuid"), name);
        connections.push_back({path, std::move(name), std::move(all)});
    }
    by_uuid.erase("");
    for (const auto &connection : connections)
        read_connection(connection, by_uuid, into);
    return {};
}

} // namespace h2k
