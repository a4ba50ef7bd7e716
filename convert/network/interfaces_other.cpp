// SPDX-License-Identifier: LGPL-2.1-or-later
// Netplan's files and cloud-init's settings, wicked's XML (ifxml of wicked-config(5)) and dhcpcd.conf(5).
#include "convert/base/i18n.h"
#include "convert/base/text.h"
#include "convert/network/interfaces.h"
#include "fixers/text/netplan_interfaces.h"
#include "fixers/text/network_text.h"

namespace h2k {

namespace {

/// Brings what one file says to what others say of the same interface.
void merge(const GuestInterface &from, GuestInterface &one) {
    if (one.kind.empty())
        one.kind = from.kind;
    if (one.mac.empty())
        one.mac = from.mac;
    if (one.parent.empty())
        one.parent = from.parent;
    if (!one.vlan)
        one.vlan = from.vlan;
    one.dhcp4 = one.dhcp4 || from.dhcp4;
    one.dhcp6 = one.dhcp6 || from.dhcp6;
    for (const auto &[all, more] :
         {std::pair{&one.members, &from.members}, {&one.addresses, &from.addresses}, {&one.gateways, &from.gateways}})
        for (const auto &text : *more)
            add_text(*all, text);
}

/// What YAML says of addresses, checked.
GuestInterface checked(GuestInterface one) {
    GuestInterface clean;
    for (const auto &address : one.addresses)
        add_address(clean.addresses, address);
    for (const auto &gateway : one.gateways)
        add_gateway(clean.gateways, gateway);
    one.addresses = std::move(clean.addresses);
    one.gateways = std::move(clean.gateways);
    one.mac = text::normal_mac(one.mac);
    return one;
}

Result<> read_yaml(const std::string &path, const char *backend, text::NetplanNames &names, InterfaceList &into) {
    const auto *content = H2K_TRY(into.read(path));
    if (!content)
        return {};
    const bool settings = path.ends_with(".cfg");
    if (settings && content->find("network:") == std::string::npos)
        return {};
    const auto found = text::parse_network_yaml(*content, settings, names);
    if (!found) {
        text::warn_once(into.warnings,
                        sentence(_("“%s” was not looked at: %s"), printable(path).c_str(), found.error().message()));
        return {};
    }
    for (const auto &one : *found)
        merge(checked(one), into.of(backend, one.name, path));
    return {};
}

/// The text of each element <@tag>, attributes left out.
std::vector<std::string> texts_of(std::string_view xml, const std::string &tag) {
    constexpr std::size_t most = 256;
    std::vector<std::string> found;
    for (auto at = xml.find("<" + tag); at != std::string_view::npos && found.size() < most;
         at = xml.find("<" + tag, at + 1)) {
        const auto from = at + tag.size() + 1;
        const auto end = std::min(xml.find('>', from), xml.size());
        if (end > from && xml[from] != ' ') // a longer name
            continue;
        const auto text = xml.substr(std::min(end + 1, xml.size()));
        found.emplace_back(trim(text.substr(0, text.find('<'))));
    }
    return found;
}

std::string text_of(std::string_view xml, const std::string &tag) {
    const auto all = texts_of(xml, tag);
    return all.empty() ? std::string{} : all.front();
}

/// The first element <@tag> with all that is in it.
std::string_view element(std::string_view xml, const std::string &tag) {
    const auto from = xml.find("<" + tag + ">");
    return from == std::string_view::npos ? std::string_view{}
                                          : xml.substr(from, xml.find("</" + tag + ">", from) - from);
}

void read_wicked_interface(const std::string &path, std::string_view xml, InterfaceList &into) {
    // Members and routes have names of their own.
    const auto name = text_of(xml.substr(0, std::min(xml.find("</name>"), xml.size())), "name");
    auto &one = into.of("wicked", name, path);
    for (const auto *kind : {"bond", "bridge", "vlan", "team"})
        if (const auto inner = element(xml, kind); !inner.empty()) {
            one.kind = kind;
            const auto devices = texts_of(inner, "device");
            if (one.kind == "vlan") {
                one.parent = devices.empty() || devices[0].size() > 64 ? "" : devices[0];
                one.vlan = text::vlan_number(text_of(inner, "tag"));
            } else
                for (const auto &device : devices)
                    add_text(one.members, device);
        }
    for (const auto &address : texts_of(xml, "local"))
        add_address(one.addresses, address);
    for (const auto &gateway : texts_of(xml, "gateway"))
        add_gateway(one.gateways, gateway);
    for (const auto *kind : {"address", "permanent-address"})
        if (one.mac.empty())
            one.mac = text::normal_mac(text_of(xml, kind));
    const auto asks = [&](const char *tag) {
        const auto inner = element(xml, tag);
        return !inner.empty() && text_of(inner, "enabled") != "false";
    };
    one.dhcp4 = asks("ipv4:dhcp");
    one.dhcp6 = asks("ipv6:dhcp");
}

Result<> read_wicked(InterfaceList &into) {
    constexpr std::size_t most = 256;
    for (const auto &path : H2K_TRY(into.guest.list("/etc/wicked/ifconfig/*.xml"))) {
        const auto *content = H2K_TRY(into.read(path));
        const std::string_view xml = content ? std::string_view{*content} : std::string_view{};
        std::size_t seen = 0;
        for (auto at = xml.find("<interface"); at != std::string_view::npos && seen < most;
             at = xml.find("<interface", at + 1), ++seen)
            if (at + 10 < xml.size() && (xml[at + 10] == '>' || xml[at + 10] == ' '))
                read_wicked_interface(path, xml.substr(at, xml.find("</interface>", at) - at), into);
    }
    return {};
}

Result<> read_dhcpcd(InterfaceList &into) {
    constexpr const char *path = "/etc/dhcpcd.conf";
    const auto *content = H2K_TRY(into.read(path));
    GuestInterface *one = nullptr;
    for (const auto &line : lines(content ? *content : std::string{})) {
        const auto all = words(line);
        if (all.empty())
            continue;
        if (all[0] == "interface" && all.size() > 1) {
            one = &into.of("dhcpcd", all[1], path);
            one->dhcp4 = true;
        } else if (all[0] == "ssid" || all[0] == "profile" || all[0] == "arping")
            one = nullptr;
        if (!one || all.size() < 2 || all[0] != "static")
            continue;
        const auto equals = line.find('=');
        const auto value = equals == std::string::npos ? std::string{} : std::string{trim(line.substr(equals + 1))};
        if (all[1].starts_with("ip_address=")) {
            add_address(one->addresses, value);
            one->dhcp4 = false;
        } else if (all[1].starts_with("ip6_address="))
            add_address(one->addresses, value);
        else if (all[1].starts_with("routers=") && !words(value).empty())
            add_gateway(one->gateways, words(value)[0]);
    }
    return {};
}

} // namespace

Result<> find_netplan(InterfaceList &into) {
    text::NetplanNames names, unused;
    for (const auto &path :
         H2K_TRY(text::files_in_order(into.guest, {"/etc/netplan", "/usr/lib/netplan", "/lib/netplan"}, "*.yaml")))
        H2K_CHECK(read_yaml(path, "netplan", names, into));
    for (const char *glob :
         {"/etc/cloud/cloud.cfg", "/etc/cloud/cloud.cfg.d/*.cfg", "/var/lib/cloud/seed/nocloud*/network-config"})
        for (const auto &path : H2K_TRY(into.guest.list(glob)))
            H2K_CHECK(read_yaml(path, "cloud-init", unused, into));
    return {};
}

Result<> find_other_interfaces(InterfaceList &into) {
    H2K_CHECK(read_wicked(into));
    return read_dhcpcd(into);
}

} // namespace h2k
