// SPDX-License-Identifier: LGPL-2.1-or-later
// interfaces(5) of ifupdown, with the options of ifenslave, bridge-utils, vlan, Open vSwitch, ifupdown2 and
// ifupdown-ng.
#include "convert/base/mac.h"
#include "convert/base/text.h"
#include "convert/network/network_files.h"
#include "fixers/text/network_text.h"
#include <algorithm>

namespace h2k {

namespace {

constexpr const char *backend = "ifupdown";

/// With '-' for '_', which mean the same.
std::string plain_name(const text::InterfaceOption &option) {
    auto name = option.name;
    std::ranges::replace(name, '_', '-');
    return name;
}

std::string value_of(const text::InterfaceStanza &stanza, std::string_view name) {
    for (const auto &option : stanza.options)
        if (plain_name(option) == name && !option.words.empty())
            return option.words.front().value;
    return {};
}

/// "bond-slaves eth0 eth1", "bridge_ports none".  "glob" and "regex" announce patterns of ifupdown2 and
/// bridge-utils-interfaces(5), which are members as they stand.
void add_members(const text::InterfaceOption &option, NetworkUse &use) {
    bool pattern = false;
    for (const auto &word : option.words)
        if (is_one_of(word.value, {"glob", "regex", "noregex"}))
            pattern = word.value != "noregex";
        else if (pattern || word.value == "all")
            add_text(use.settings.members, word.value);
        else if (word.value != "none")
            add_member(use, word.value);
}

/// What Open vSwitch makes; an OVSPort is a card.
void read_type(std::string_view value, NetworkUse &use) {
    const auto type = lower(value);
    if (type.find("bridge") != std::string::npos)
        use.settings.kind = "bridge";
    else if (type.find("bond") != std::string::npos)
        use.settings.kind = "bond";
    use.card = use.card && use.settings.kind.empty() && !is_one_of(type, {"ovsintport", "ovstunnel", "ovspatchport"});
}

/// A card of a bond may repeat the bond's options (ifenslave's README.Debian): they count where it has no master.
bool is_of_bond(std::string_view name) {
    return is_one_of(name, {"bond-slaves", "slaves", "bond-members", "ovs-bonds", "bond-mode", "bond-miimon"});
}

/// Options that make the interface, or name those that it stands on.
void read_making(const text::InterfaceOption &option, bool has_master, NetworkUse &use) {
    const auto name = plain_name(option);
    const auto value = option.words.empty() ? std::string{} : option.words.front().value;
    if (is_of_bond(name)) {
        if (has_master)
            return;
        use.settings.kind = "bond";
        if (!is_one_of(name, {"bond-mode", "bond-miimon"}))
            add_members(option, use);
    } else if (is_one_of(name, {"bridge-ports", "ovs-ports"})) {
        use.settings.kind = "bridge";
        add_members(option, use);
    } else if (name == "ovs-type" || name == "link-type") {
        read_type(value, use);
    } else if (name == "vlan-raw-device") {
        use.settings.kind = "vlan";
        set_parent(use, value);
    } else if (name == "vlan-id") {
        use.settings.kind = "vlan";
        use.settings.vlan = text::vlan_number(value);
    } else if (name == "requires") {
        for (const auto &word : option.words)
            use.lower.push_back(word.value);
    }
    use.card = use.card && use.settings.kind.empty();
}

void read_addresses(const text::InterfaceStanza &stanza, NetworkUse &use) {
    const bool six = stanza.family == "inet6";
    const bool dhcp = stanza.method == "dhcp" || value_of(stanza, "use") == "dhcp";
    use.settings.dhcp4 = dhcp && !six;
    use.settings.dhcp6 = dhcp && six;
    const auto netmask = value_of(stanza, "netmask");
    for (const auto &option : stanza.options) {
        const auto name = plain_name(option);
        const auto value = option.words.empty() ? std::string{} : option.words.front().value;
        if (name == "address")
            add_address(use.settings.addresses, value, netmask);
        else if (name == "gateway")
            add_gateway(use.settings.gateways, value);
    }
}

/// The address that the interface is given; that of a VLAN is not the card's.
void read_macs(const text::InterfaceStanza &stanza, NetworkUse &use) {
    for (const auto &option : stanza.options) {
        if (option.name != "hwaddress")
            continue;
        for (const auto &word : option.words) {
            const auto mac = parse_mac(word.value);
            if (mac.empty())
                continue;
            use.settings.mac = mac;
            if (stanza.name.find_first_of(".:") == std::string::npos)
                use.macs.push_back({word, true, option.line.value_or(text::Line{}), option.line.has_value()});
        }
    }
}

void read_stanza(const std::string &file, const text::InterfaceStanza &stanza, bool is_interface, NetworkFiles &into) {
    // "eth0:1" is one more address of eth0.
    const auto name = stanza.name.substr(0, stanza.name.find(':'));
    if (name == "lo" || stanza.method == "loopback" || name.empty())
        return;
    auto use = NetworkFiles::use_of(file, backend);
    use.names = {name};
    use.unsure = !is_interface;
    for (const auto *key : {"bond-master", "ovs-bridge"})
        if (auto above = value_of(stanza, key); !above.empty())
            use.upper.push_back(std::move(above));
    const bool has_master = !value_of(stanza, "bond-master").empty();
    for (const auto &option : stanza.options)
        read_making(option, has_master, use);
    if (use.settings.kind == "vlan" && !use.settings.vlan && name.find('.') == std::string::npos)
        use.settings.vlan = text::vlan_number(trailing_digits(name));
    read_addresses(stanza, use);
    read_macs(stanza, use);
    into.add(std::move(use));
}

/// "mac/00:50:56:…=lan0" of a rename line is a pin and a name.
void read_rename(const std::string &file, const text::Piece &word, NetworkFiles &into) {
    const auto equals = word.value.find('=');
    if (equals == std::string::npos)
        return;
    auto use = NetworkFiles::use_of(file, backend);
    use.kind = NetworkUse::mention;
    use.names = {word.value.substr(equals + 1)};
    const auto slash = word.value.find('/') + 1; // 0: no slash
    auto mac = word.value.substr(slash, equals - std::min(slash, equals));
    if (!parse_mac(mac).empty()) {
        const auto size = mac.size();
        use.macs.push_back({{std::move(mac), word.at + slash, size}, false});
    }
    into.add(std::move(use));
}

/// A stanza can also be a section that "mapping" or "auto eth0=home" chooses.
bool is_interface(const std::string &name, const std::set<std::string> &started, const text::InterfacesFile &parsed) {
    return !is_pattern(name) &&
           (started.contains(name) || std::ranges::find(parsed.mapped, name) != parsed.mapped.end() ||
            (parsed.mapped.empty() && name.starts_with("e")));
}

void read_file(const std::string &file, const text::InterfacesFile &parsed, NetworkFiles &into) {
    const std::set<std::string> started(parsed.started.begin(), parsed.started.end());
    for (const auto &name : parsed.started)
        // "auto /eth*" is a pattern, "eth0=home" names a section to use.
        if (!is_pattern(name) && !name.starts_with('/'))
            into.mention(file, std::string_view{name}.substr(0, name.find('=')));
    for (const auto &name : parsed.mapped)
        if (!is_pattern(name))
            into.mention(file, name);
    for (const auto &word : parsed.renamed)
        read_rename(file, word, into);
    for (const auto &stanza : parsed.stanzas)
        read_stanza(file, stanza, is_interface(stanza.name, started, parsed), into);
}

} // namespace

Result<> read_ifupdown(NetworkFiles &into) {
    const auto read = [&](const std::string &path) { return into.read(path); };
    Notices ignored;
    for (const auto &part : H2K_TRY(text::read_interfaces_files(into.guest, read, ignored)))
        read_file(part.path, part.content, into);
    into.warn_unread(ignored);
    return {};
}

} // namespace h2k
