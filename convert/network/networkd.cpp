// SPDX-License-Identifier: LGPL-2.1-or-later
// systemd.network(5), systemd.netdev(5) and systemd.link(5).
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

constexpr const char *backend = "networkd";

/// A file with what its drop-ins in /etc add.
struct Unit {
    std::string path;
    Entries own;
    std::vector<std::pair<std::string, Entries>> drop_ins; ///< with their paths
    Entries all;                                           ///< in the order that they count in
};

/// Drivers of interfaces that software makes.
bool are_software_drivers(const text::Piece &drivers) {
    const auto is_one = [](const text::Piece &driver) {
        return is_one_of(driver.value, {"veth", "bridge", "bonding", "team", "tun", "dummy", "macvlan", "macvtap",
                                        "vxlan", "wireguard", "openvswitch", "ifb", "vrf"});
    };
    return drivers.value == "802.1Q VLAN" || std::ranges::all_of(text::words_of(drivers), is_one);
}

/// Does [Match] identify a card without its hardware?
bool identifies_card(const Entries &all) {
    std::vector<std::string> names;
    for (const auto &entry : all)
        if (entry.section == "Match" && entry.key == "Name")
            for (auto &name : words(entry.value.value))
                names.push_back(std::move(name));
        else if (entry.section == "Match" && is_one_of(entry.key, {"MACAddress", "PermanentMACAddress"}) &&
                 !macs_in(entry.value).empty())
            return true;
    return are_certain(names);
}

/// "ID_NET_DRIVER=vmxnet3" and "ID_PATH=pci-0000:0b:00.0" of Property=.
void add_properties(const text::IniEntry &entry, NetworkUse &use) {
    for (auto &word : text::words_of(entry.value))
        for (const auto &[key, kind] : {std::pair{"ID_NET_DRIVER=", HardwarePin::driver},
                                        {"ID_PATH=", HardwarePin::bus_path},
                                        {"ID_VENDOR_ID=", HardwarePin::bus_path},
                                        {"ID_MODEL_ID=", HardwarePin::bus_path}})
            if (const std::string_view start = key; word.value.starts_with(start)) {
                const bool whole = word.size == entry.value.size;
                use.hardware.push_back(
                    {kind,
                     {word.value.substr(start.size()), word.at + start.size(), word.size - start.size()},
                     {},
                     entry.line,
                     false,
                     whole});
                break;
            }
}

/// Adds the MACs and the hardware that a file's [Match] demands, and the MAC that it sets.  @all: with the rest of the
/// match, which stands in other files where @own is that of a drop-in.
void read_pins(const Entries &own, const Entries &all, NetworkUse &use) {
    for (const auto &entry : own) {
        const bool in_match = entry.section == "Match";
        const bool is_mac = entry.key == "MACAddress" || (in_match && entry.key == "PermanentMACAddress");
        if (is_mac && (in_match || entry.section == "Link" || entry.section == "NetDev"))
            for (auto &piece : macs_in(entry.value))
                use.macs.push_back(mac_pin(entry, std::move(piece), !in_match));
        else if (in_match && entry.key == "Property")
            add_properties(entry, use);
        else if (in_match && (entry.key == "Path" || (entry.key == "Driver" && !are_software_drivers(entry.value))))
            use.hardware.push_back({entry.key == "Path" ? HardwarePin::bus_path : HardwarePin::driver,
                                    entry.value,
                                    {},
                                    entry.line,
                                    false,
                                    true});
    }
    for (auto &pin : use.hardware)
        pin.needed = !identifies_card(all);
}

/// Default routes: [Network] Gateway=, and [Route] sections, which follow one another.
void read_gateways(const Entries &all, GuestInterface &one) {
    bool to_all = true; // does the [Route] section describe the default route?
    std::string via;
    const auto end_route = [&] {
        if (to_all)
            add_gateway(one.gateways, via);
        to_all = true;
        via.clear();
    };
    for (const auto &entry : all) {
        const std::string_view section = entry.section, key = entry.key, value = entry.value.value;
        if (section == "Route" && key == "Gateway") {
            end_route();
            via = value;
        } else if (section == "Route" && key == "Destination") {
            to_all = text::is_default_route(value);
            if (!via.empty())
                end_route();
        } else if (section == "Network" && key == "Gateway")
            add_gateway(one.gateways, value);
    }
    end_route();
}

void read_settings(const Entries &all, NetworkUse &use) {
    auto &one = use.settings;
    for (const auto &entry : all) {
        const std::string_view section = entry.section, key = entry.key, value = entry.value.value;
        if (key == "Address" && (section == "Network" || section == "Address"))
            add_address(one.addresses, value);
        else if (section == "Network" && key == "DHCP") {
            const auto says = lower(value);
            const bool both = is_one_of(says, {"yes", "true", "both", "1", "on"});
            one.dhcp4 = both || says == "ipv4" || says == "v4";
            one.dhcp6 = both || says == "ipv6" || says == "v6";
        } else if (section == "Network" && (key == "Bond" || key == "Bridge"))
            for (auto &name : words(value))
                use.upper.push_back(std::move(name));
    }
    read_gateways(all, one);
}

/// [Network] VLAN= names interfaces that stand on the one called @name.
void add_upper(const Unit &unit, const std::string &name, NetworkFiles &into) {
    for (const auto &entry : unit.all)
        if (entry.section == "Network" && is_one_of(entry.key, {"VLAN", "MACVLAN", "IPVLAN"}))
            for (auto &above : words(entry.value.value)) {
                auto use = NetworkFiles::use_of(unit.path, backend);
                use.names = {std::move(above)};
                use.card = false;
                set_kind(use, lower(entry.key));
                use.settings.parent = name;
                into.add(std::move(use));
            }
}

/// What a file's drop-ins demand of the card that the file is for.
void add_drop_ins(const Unit &unit, const NetworkUse &whole, NetworkFiles &into) {
    for (const auto &[path, own] : unit.drop_ins) {
        auto use = NetworkFiles::use_of(path, backend);
        use.kind = NetworkUse::mention;
        use.card = whole.card;
        use.names = words(value_of(own, "Match", "Name"));
        read_pins(own, unit.all, use);
        if (!use.names.empty() || !use.macs.empty() || !use.hardware.empty())
            into.add(std::move(use));
    }
}

/// The MAC that identifies the card, lower case with colons.
std::string matched_mac(const Entries &all) {
    for (const auto *key : {"PermanentMACAddress", "MACAddress"})
        if (auto mac = parse_mac(value_of(all, "Match", key)); !mac.empty())
            return mac;
    return {};
}

void read_network(const Unit &unit, NetworkFiles &into) {
    const auto type = value_of(unit.all, "Match", "Type");
    if (text::entry_of(unit.all, "Match", "Kind") || text::entry_of(unit.all, "Match", "Virtualization") ||
        type == "loopback")
        return;
    auto use = NetworkFiles::use_of(unit.path, backend);
    use.card = type.empty() || type == "ether";
    use.names = words(value_of(unit.all, "Match", "Name"));
    if (use.names == std::vector<std::string>{"lo"})
        return;
    read_pins(unit.own, unit.all, use);
    use.settings.mac = matched_mac(unit.all);
    if (use.names.empty() && use.settings.mac.empty())
        use.names = {"*"};
    // Patterns of packages are for containers and the like.
    if (std::ranges::any_of(use.names, is_pattern) && !unit.path.starts_with("/etc/"))
        use.kind = NetworkUse::mention;
    if (type == "wlan" || type == "wwan")
        use.settings.kind = type == "wlan" ? "wifi" : "wwan";
    read_settings(unit.all, use);
    add_drop_ins(unit, use, into);
    const auto names = use.names;
    const auto mac = use.settings.mac;
    const bool listed = use.kind == NetworkUse::interface;
    into.add(std::move(use));
    if (listed)
        add_upper(unit, names.empty() ? mac : names.back(), into);
}

void read_netdev(const Unit &unit, NetworkFiles &into) {
    auto name = value_of(unit.all, "NetDev", "Name");
    if (name.empty())
        return;
    auto use = NetworkFiles::use_of(unit.path, backend);
    use.names = {std::move(name)};
    use.card = false;
    read_pins(unit.own, unit.all, use);
    set_kind(use, value_of(unit.all, "NetDev", "Kind"));
    use.settings.mac = parse_mac(value_of(unit.all, "NetDev", "MACAddress"));
    if (use.settings.kind == "vlan")
        use.settings.vlan = text::vlan_number(value_of(unit.all, "VLAN", "Id"));
    into.add(std::move(use));
}

void read_link(const Unit &unit, NetworkFiles &into) {
    auto name = value_of(unit.all, "Link", "Name");
    if (name.empty())
        return;
    auto use = NetworkFiles::use_of(unit.path, "");
    use.kind = NetworkUse::link;
    use.names = {std::move(name)};
    read_pins(unit.own, unit.all, use);
    for (auto &pin : use.macs)
        pin.on_line = false;
    into.add(std::move(use));
}

Result<> read_unit(const std::string &path, NetworkFiles &into) {
    const auto *content = H2K_TRY(into.read(path));
    if (!content)
        return {};
    Unit unit{path, text::parse_ini(*content), {}, {}};
    unit.all = unit.own;
    for (const auto &drop_in :
         H2K_TRY(into.guest.list("/etc/systemd/network" + path.substr(path.rfind('/')) + ".d/*.conf")))
        if (const auto *more = H2K_TRY(into.read(drop_in))) {
            unit.drop_ins.emplace_back(drop_in, text::parse_ini(*more));
            unit.all.insert(unit.all.end(), unit.drop_ins.back().second.begin(), unit.drop_ins.back().second.end());
        }
    if (path.ends_with(".network"))
        read_network(unit, into);
    else if (path.ends_with(".netdev"))
        read_netdev(unit, into);
    else
        read_link(unit, into);
    return {};
}

} // namespace

Result<> read_networkd(NetworkFiles &into) {
    // Later folders belong to packages; /run is empty on a disk.
    for (const char *glob : {"*.netdev", "*.network", "*.link"})
        for (const auto &path : H2K_TRY(text::files_in_order(
                 into.guest, {"/etc/systemd/network", "/usr/lib/systemd/network", "/lib/systemd/network"}, glob)))
            H2K_CHECK(read_unit(path, into));
    return {};
}

} // namespace h2k
