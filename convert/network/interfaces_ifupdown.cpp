// SPDX-License-Identifier: LGPL-2.1-or-later
// interfaces(5) of ifupdown, with the options of ifenslave, bridge-utils, vlan, ifupdown2 and ifupdown-ng.
#include "convert/base/text.h"
#include "convert/network/interfaces.h"
#include "fixers/text/network_text.h"
#include <algorithm>

namespace h2k {

namespace {

constexpr const char *backend = "ifupdown";

bool is_one_of(std::string_view text, std::initializer_list<std::string_view> all) {
    return std::ranges::find(all, text) != all.end();
}

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

/// "bond-slaves eth0 eth1", "bridge_ports none"; patterns are taken as they stand.
void add_members(const text::InterfaceOption &option, GuestInterface &one) {
    for (const auto &word : option.words)
        if (!is_one_of(word.value, {"none", "glob", "regex", "noregex"}))
            add_text(one.members, word.value);
}

void read_option(const text::InterfaceStanza &stanza, const text::InterfaceOption &option, GuestInterface &one,
                 InterfaceList &into) {
    const auto name = plain_name(option);
    const auto value = option.words.empty() ? std::string{} : option.words.front().value;
    if (is_one_of(name, {"bond-slaves", "slaves", "bond-members", "ovs-bonds"})) {
        one.kind = "bond";
        add_members(option, one);
    } else if (is_one_of(name, {"bridge-ports", "ovs-ports"})) {
        one.kind = "bridge";
        add_members(option, one);
    } else if (name == "bond-master") {
        into.join(backend, value, one.name);
    } else if (name == "ovs-type" || name == "link-type") {
        const auto type = lower(value);
        one.kind = type.find("bridge") != std::string::npos ? "bridge"
                   : type.find("bond") != std::string::npos ? "bond"
                                                            : one.kind;
    } else if (is_one_of(name, {"vlan-raw-device", "vlan-id"})) {
        one.kind = "vlan";
        if (name == "vlan-id")
            one.vlan = text::vlan_number(value);
        else
            one.parent = value;
    } else if (name == "address") {
        add_address(one.addresses, value, value_of(stanza, "netmask"));
    } else if (name == "gateway") {
        add_gateway(one.gateways, value);
    } else if (name == "hwaddress") {
        for (const auto &word : option.words)
            if (auto mac = text::normal_mac(word.value); !mac.empty())
                one.mac = std::move(mac);
    }
}

void read_stanza(const std::string &file, const text::InterfaceStanza &stanza, InterfaceList &into) {
    // "eth0:1" is one more address of eth0.
    const auto name = stanza.name.substr(0, stanza.name.find(':'));
    if (name == "lo" || stanza.method == "loopback" || name.empty())
        return;
    auto &one = into.of(backend, name, file);
    const bool six = stanza.family == "inet6";
    const bool dhcp = stanza.method == "dhcp" || value_of(stanza, "use") == "dhcp";
    one.dhcp4 = one.dhcp4 || (dhcp && !six);
    one.dhcp6 = one.dhcp6 || (dhcp && six);
    for (const auto &option : stanza.options)
        read_option(stanza, option, one, into);
    if (one.kind == "vlan" && !one.vlan && name.find('.') == std::string::npos)
        one.vlan = text::vlan_number(digits_behind(name));
}

} // namespace

Result<> find_ifupdown(InterfaceList &into) {
    const auto read = [&](const std::string &path) { return into.read(path); };
    for (const auto &part : H2K_TRY(text::read_interfaces_files(into.guest, read, into.warnings)))
        for (const auto &stanza : part.content.stanzas)
            read_stanza(part.path, stanza, into);
    return {};
}

} // namespace h2k
