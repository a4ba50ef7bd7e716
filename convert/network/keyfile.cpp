// SPDX-License-Identifier: LGPL-2.1-or-later
// NetworkManager's keyfiles (nm-settings-keyfile(5)).
#include "convert/base/mac.h"
#include "convert/base/text.h"
#include "convert/network/network_files.h"
#include "fixers/text/ini.h"
#include "fixers/text/network_text.h"
#include <algorithm>
#include <array>

namespace h2k {

namespace {

using text::value_of;
using Entries = std::vector<text::IniEntry>;

struct Connection {
    std::string path;
    Entries all;
    std::vector<std::string> names;
};

bool is_card_section(std::string_view section) { return section == "ethernet" || section == "802-3-ethernet"; }

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
    return type;
}

/// [match] interface-name is a list of names and patterns, each with '!', '|' or '&' before it at will.
std::vector<std::string> matched_names(const Entries &all) {
    std::vector<std::string> found;
    for (const auto &part : split(value_of(all, "match", "interface-name"), ';'))
        for (const auto &word : words(part)) {
            const auto name = std::string_view{word}.substr(word.starts_with('|') || word.starts_with('&'));
            if (!name.starts_with('!'))
                add_text(found, name);
        }
    return found;
}

/// The names that the connection's interface may have; none: it is for any card.
std::vector<std::string> names_of(const Entries &all) {
    // In early versions the name stood beside what makes the interface.
    for (const auto *section : {"connection", "bond", "bridge", "vlan", "team"})
        if (auto name = value_of(all, section, "interface-name"); !name.empty())
            return {std::move(name)};
    return matched_names(all);
}

/// "192.0.2.5/24,192.0.2.1", and "192.0.2.5;24;192.0.2.1;" of early versions.
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

void read_pins(const Entries &all, NetworkUse &use) {
    for (const auto &entry : all) {
        if (is_card_section(entry.section) && (entry.key == "mac-address" || entry.key == "cloned-mac-address"))
            for (auto &word : macs_in(entry.value))
                use.macs.push_back(mac_pin(entry, std::move(word), entry.key != "mac-address"));
        if (entry.section == "match" && (entry.key == "driver" || entry.key == "path"))
            use.hardware.push_back({entry.key == "path" ? HardwarePin::bus_path : HardwarePin::driver,
                                    entry.value,
                                    {},
                                    entry.line,
                                    false,
                                    true});
    }
    const bool by_mac = std::ranges::any_of(use.macs, [](const MacPin &pin) { return !pin.sets; });
    for (auto &pin : use.hardware)
        pin.needed = !by_mac && !are_certain(use.names);
    for (const auto *key : {"mac-address", "cloned-mac-address"})
        for (const auto *section : {"ethernet", "802-3-ethernet", "wifi"})
            if (use.settings.mac.empty())
                use.settings.mac = parse_mac(value_of(all, section, key));
}

/// Parents and masters are named by their interface, or by the UUID of their connection.
void read_relations(const Entries &all, const std::map<std::string, std::string> &by_uuid, NetworkUse &use) {
    const auto interface_of = [&](const std::string &name) {
        const auto known = by_uuid.find(name);
        return known == by_uuid.end() ? name : known->second;
    };
    for (const auto *section : {"vlan", "macvlan", "vxlan"})
        if (const auto parent = interface_of(value_of(all, section, "parent")); parse_mac(parent).empty())
            set_parent(use, parent);
        else
            use.settings.parent = parse_mac(parent);
    for (const auto *key : {"master", "controller"})
        if (auto above = interface_of(value_of(all, "connection", key)); !above.empty())
            use.upper.push_back(std::move(above));
}

NetworkUse use_of(const Connection &from, const std::map<std::string, std::string> &by_uuid) {
    const auto &all = from.all;
    auto use = NetworkFiles::use_of(from.path, "networkmanager");
    use.names = from.names;
    const auto type = value_of(all, "connection", "type");
    if (type.empty() || type == "loopback" || type == "vpn")
        use.kind = NetworkUse::mention;
    use.card = type.empty() || is_card_section(type);
    set_kind(use, kind_of(all));
    if (use.settings.kind == "vlan")
        use.settings.vlan = text::vlan_number(value_of(all, "vlan", "id"));
    read_pins(all, use);
    read_relations(all, by_uuid, use);
    read_addresses(all, use.settings);
    return use;
}

} // namespace

Result<> read_keyfiles(NetworkFiles &into) {
    std::vector<Connection> connections;
    std::map<std::string, std::string> by_uuid;
    for (const auto &path : H2K_TRY(text::files_in_order(
             into.guest, {"/etc/NetworkManager/system-connections", "/usr/lib/NetworkManager/system-connections"},
             "*"))) {
        // In the packages' folder the suffix is demanded.
        if (text::is_left_over(path) || (path.starts_with("/usr/") && !path.ends_with(".nmconnection")))
            continue;
        const auto *content = H2K_TRY(into.read(path));
        if (!content)
            continue;
        auto all = text::parse_ini(*content);
        auto names = names_of(all);
        by_uuid.try_emplace(value_of(all, "connection", "uuid"), names.size() == 1 ? names.front() : std::string{});
        connections.push_back({path, std::move(all), std::move(names)});
    }
    by_uuid.erase("");
    for (const auto &connection : connections)
        into.add(use_of(connection, by_uuid));
    return {};
}

} // namespace h2k
