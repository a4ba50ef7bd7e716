// SPDX-License-Identifier: LGPL-2.1-or-later
// Netplan's YAML, and the rules that udev's old generator wrote.
#include "convert/base/i18n.h"
#include "convert/base/text.h"
#include "convert/network/nic_files.h"
#include "fixers/text/netplan.h"
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
                   NicFiles &into) {
    NicUse use;
    use.file = path;
    if (card.set_name)
        use.name = *card.set_name;
    else if (!card.matches)
        use.name = card.id;
    else if (card.match_name && !is_pattern(*card.match_name))
        use.name = *card.match_name;
    else if (card.match_name && path.starts_with("/etc/"))
        into.patterns.push_back({path, {*card.match_name}});
    if (card.match_mac && !normal_mac(card.match_mac->value).empty())
        use.macs.push_back({*card.match_mac, false});
    if (card.mac && !normal_mac(card.mac->value).empty())
        use.macs.push_back(
            {*card.mac, true, line_at(lines, card.mac->at), is_whole_line(lines, *card.mac, "macaddress:")});
    if (card.has_unplaced)
        into.warn(_("“%s” writes a MAC or driver of “%s” in a way that is not edited; it stays as it is."),
                  printable(path).c_str(), printable(card.id).c_str());
    if (card.match_driver) {
        use.hardware.push_back({HardwarePin::driver, *card.match_driver, line_at(lines, card.match_driver->at),
                                card.match_keys == 1, is_whole_line(lines, *card.match_driver, "driver:")});
    }
    for (const auto &driver : card.match_drivers)
        if (!is_pattern(driver) && driver != "virtio_net" && card.match_drivers.size() == 1)
            into.warn(_("“%s” is for network cards with the driver “%s”, which the target machine may not have."),
                      printable(path).c_str(), printable(driver).c_str());
    if (!use.name.empty() || !use.macs.empty() || !use.hardware.empty())
        into.add(std::move(use));
}

} // namespace

Result<> read_netplan(const GuestView &guest, NicFiles &into) {
    for (const auto &path :
         H2K_TRY(files_in_order(guest, {"/etc/netplan", "/usr/lib/netplan", "/lib/netplan"}, "*.yaml"))) {
        const auto *content = H2K_TRY(into.read(guest, path));
        if (!content)
            continue;
        const auto cards = text::parse_netplan(*content);
        if (!cards) {
            into.warn(_("“%s” was not looked at: %s"), printable(path).c_str(), cards.error().message());
            continue;
        }
        const auto lines = text::lines_of(*content);
        for (const auto &name : cards->made)
            into.made.insert(name);
        for (const auto &card : cards->ethernets)
            read_ethernet(path, lines, card, into);
    }
    return {};
}

const text::UdevTerm *card_name_of(const text::UdevRule &rule) {
    const auto *subsystem = rule.term("SUBSYSTEM", "==");
    if (!subsystem || subsystem->value.value != "net")
        return nullptr;
    const auto *name = rule.term("NAME", "=");
    return name ? name : rule.term("NAME", ":=");
}

Result<> read_udev_rules(const GuestView &guest, NicFiles &into) {
    for (const auto &path : H2K_TRY(guest.list(udev_rules_glob))) {
        const auto *content = H2K_TRY(into.read(guest, path));
        if (!content)
            continue;
        for (const auto &rule : text::parse_udev_rules(*content)) {
            const auto *name = card_name_of(rule);
            if (!name)
                continue;
            NicUse use;
            use.file = path;
            use.name = name->value.value;
            use.is_rule = true;
            if (const auto *mac = rule.term("ATTR{address}", "=="); mac && !normal_mac(mac->value.value).empty())
                use.macs.push_back({mac->value, false});
            into.add(std::move(use));
        }
    }
    return {};
}

} // namespace h2k
