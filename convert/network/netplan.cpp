// SPDX-License-Identifier: LGPL-2.1-or-later
// Netplan's YAML, and cloud-init's settings of the network.
#include "fixers/text/netplan.h"
#include "convert/base/i18n.h"
#include "convert/base/mac.h"
#include "convert/base/messages.h"
#include "convert/base/text.h"
#include "convert/network/network_files.h"
#include "fixers/text/netplan_interfaces.h"
#include "fixers/text/network_text.h"
#include <algorithm>

namespace h2k {

namespace {

/// The line that holds byte @at.
text::Line line_at(const std::vector<text::Line> &lines, std::size_t at) {
    const auto next = std::ranges::upper_bound(lines, at, {}, &text::Line::at);
    return next == lines.begin() ? text::Line{} : *std::prev(next);
}

/// Does the line of @value hold nothing but @key and it?
bool is_whole_line(const std::vector<text::Line> &lines, const text::Piece &value, std::string_view key) {
    const auto line = line_at(lines, value.at);
    const auto word = trim(line.content);
    return word.starts_with(key) && word.find_first_of("{},#") == std::string_view::npos;
}

void read_ethernet(const std::string &path, const std::vector<text::Line> &lines, const text::NetplanEthernet &card,
                   NetworkFiles &into) {
    auto use = NetworkFiles::use_of(path, "netplan");
    use.kind = NetworkUse::mention;
    if (card.set_name)
        use.names = {*card.set_name};
    else if (!card.matches)
        use.names = {card.id};
    else if (card.match_name)
        use.names = {*card.match_name};
    if (card.match_mac && !parse_mac(card.match_mac->value).empty())
        use.macs.push_back({*card.match_mac, false});
    if (card.mac && !parse_mac(card.mac->value).empty())
        use.macs.push_back(
            {*card.mac, true, line_at(lines, card.mac->at), is_whole_line(lines, *card.mac, "macaddress:")});
    if (card.has_unplaced)
        into.warn_hardware(
            sentence(_("“%s” writes a MAC or driver of “%s” in a way that is not edited; it stays as it is."),
                     printable(path).c_str(), printable(card.id).c_str()));
    if (card.match_driver)
        use.hardware.push_back({HardwarePin::driver, *card.match_driver, line_at(lines, card.match_driver->at),
                                card.match_keys == 1, is_whole_line(lines, *card.match_driver, "driver:")});
    for (const auto &driver : card.match_drivers)
        if (!is_pattern(driver) && driver != "virtio_net" && card.match_drivers.size() == 1)
            into.warn_hardware(
                sentence(_("“%s” is for network cards with the driver “%s”, which the target machine may not have."),
                         printable(path).c_str(), printable(driver).c_str()));
    into.add(std::move(use));
}

/// What YAML says of addresses, checked.
void add_checked(const GuestInterface &from, const std::string &path, const char *backend, NetworkFiles &into) {
    auto use = NetworkFiles::use_of(path, backend);
    use.kind = NetworkUse::seed;
    if (!from.name.empty())
        use.names = {from.name};
    set_kind(use, from.kind);
    use.settings.mac = parse_mac(from.mac);
    use.settings.vlan = from.vlan;
    use.settings.dhcp4 = from.dhcp4;
    use.settings.dhcp6 = from.dhcp6;
    for (const auto &member : from.members)
        add_member(use, member);
    set_parent(use, from.parent);
    for (const auto &address : from.addresses)
        add_address(use.settings.addresses, address);
    for (const auto &gateway : from.gateways)
        add_gateway(use.settings.gateways, gateway);
    into.add(std::move(use));
}

Result<> read_yaml(const std::string &path, const char *backend, text::NetplanNames &names, NetworkFiles &into) {
    const auto *content = H2K_TRY(into.read(path));
    if (!content)
        return {};
    const bool settings = path.ends_with(".cfg");
    if (settings && content->find("network:") == std::string::npos)
        return {};
    const auto found = text::parse_network_yaml(*content, settings, names);
    if (!found) {
        into.warn_unread(sentence(_("“%s” was not looked at: %s"), printable(path).c_str(), found.error().message()));
        return {};
    }
    for (const auto &one : *found)
        add_checked(one, path, backend, into);
    return {};
}

} // namespace

Result<> read_netplan(NetworkFiles &into) {
    text::NetplanNames names;
    for (const auto &path :
         H2K_TRY(text::files_in_order(into.guest, {"/etc/netplan", "/usr/lib/netplan", "/lib/netplan"}, "*.yaml"))) {
        H2K_CHECK(read_yaml(path, "netplan", names, into));
        const auto content = into.contents.find(path);
        const auto cards = text::parse_netplan(content == into.contents.end() ? "" : content->second);
        if (!cards)
            continue;
        const auto lines = text::lines_of(content == into.contents.end() ? "" : content->second);
        for (const auto &name : cards->made) {
            auto use = NetworkFiles::use_of(path, "netplan");
            use.kind = NetworkUse::mention;
            use.card = false;
            use.names = {name};
            into.add(std::move(use));
        }
        for (const auto &card : cards->ethernets)
            read_ethernet(path, lines, card, into);
    }
    return {};
}

Result<> read_cloud_init(NetworkFiles &into) {
    text::NetplanNames unused;
    for (const char *glob :
         {"/etc/cloud/cloud.cfg", "/etc/cloud/cloud.cfg.d/*.cfg", "/var/lib/cloud/seed/nocloud*/network-config"})
        for (const auto &path : H2K_TRY(into.guest.list(glob)))
            H2K_CHECK(read_yaml(path, "cloud-init", unused, into));
    return {};
}

} // namespace h2k
