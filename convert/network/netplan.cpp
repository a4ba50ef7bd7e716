// SPDX-License-Identifier: LGPL-2.1-or-later
// The netplan reference ("YAML configuration").
#include "convert/base/i18n.h"
#include "convert/base/mac.h"
#include "convert/base/messages.h"
#include "convert/base/text.h"
#include "convert/network/yaml_file.h"
#include "fixers/text/network_text.h"
#include <algorithm>
#include <map>

namespace h2k {

namespace {

/// Ids of all files together.
constexpr std::size_t most_ids = 4096;

/// What an id stands for: a name or pattern, else a card that is identified by its MAC alone.
struct Identity {
    std::string name, mac;
};
/// By id; files of one folder share them.
using Identities = std::map<std::string, Identity>;

bool says_yes(const Node &map, std::string_view key) {
    return is_one_of(lower(text_at(&map, key)), {"true", "yes", "on", "y"});
}

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

/// What an entry says of its own name; nullopt: nothing, so that its id or another file's entry counts.
std::optional<Identity> own_identity(const Node &entry) {
    const auto *match = entry.member("match");
    auto name = text_at(&entry, "set-name");
    if (!match && name.empty())
        return std::nullopt;
    if (name.empty())
        name = text_at(match, "name");
    return Identity{std::move(name), parse_mac(text_at(match, "macaddress"))};
}

void find_identities(const Node *network, Identities &ids) {
    for (const auto &[section, kind] : netplan_sections)
        if (const auto *entries = member_of(network, section))
            for (std::size_t i = 0; i < entries->keys.size() && ids.size() < most_ids; ++i)
                if (auto own = own_identity(entries->items[i]))
                    ids[entries->keys[i]] = *std::move(own);
}

Identity identity_of(const std::string &id, const Identities &ids) {
    const auto known = ids.find(id);
    return known == ids.end() ? Identity{id, {}} : known->second;
}

/// The bytes of @node's text; @unplaced becomes true for one whose bytes are not its value as it stands.
std::optional<text::Piece> piece_of(const Node *node, bool &unplaced) {
    if (!node || node->kind != Node::Kind::text)
        return std::nullopt;
    unplaced = unplaced || !node->verbatim;
    return node->verbatim ? std::optional{text::Piece{node->value, node->at, node->size}} : std::nullopt;
}

/// Do the name and MAC of @match identify a card without its driver?
bool identifies_card(const Node *match) {
    return !parse_mac(text_at(match, "macaddress")).empty() || are_certain(words(text_at(match, "name")));
}

/// The driver that @match demands, or the list of drivers, of which the first one stands for all.
void add_drivers(const YamlFile &file, const Node *match, NetworkUse &use, bool &unplaced) {
    const auto *driver = member_of(match, "driver");
    const auto &list = items_of(driver);
    const auto name = piece_of(list.empty() ? driver : &list.front(), unplaced);
    if (!name)
        return;
    auto others = list.empty() ? std::vector<std::string>{} : texts_of(driver);
    const bool whole = list.empty() && is_whole_line(file.lines, *name, "driver:");
    use.hardware.push_back(
        {HardwarePin::driver, *name, std::move(others), line_at(file.lines, name->at), !identifies_card(match), whole});
}

/// The MACs and the driver that an entry of ethernets demands or sets.
void read_pins(const YamlFile &file, const std::string &id, const Node &entry, NetworkUse &use, NetworkFiles &into) {
    bool unplaced = false;
    const auto *match = entry.member("match");
    if (auto mac = piece_of(member_of(match, "macaddress"), unplaced); mac && !parse_mac(mac->value).empty())
        use.macs.push_back({*std::move(mac), false});
    if (auto mac = piece_of(entry.member("macaddress"), unplaced); mac && !parse_mac(mac->value).empty()) {
        const auto line = line_at(file.lines, mac->at);
        const bool whole = is_whole_line(file.lines, *mac, "macaddress:");
        use.macs.push_back({*std::move(mac), true, line, whole});
    }
    add_drivers(file, match, use, unplaced);
    if (unplaced)
        into.warn_hardware(
            "network-names.not-edited",
            sentence(_("“%s” gives a MAC or driver of “%s” in a form that cannot be edited; it stays as it is."),
                     printable(file.path).c_str(), printable(id).c_str()));
}

void read_addresses(const Node &entry, GuestInterface &one) {
    for (const auto &address : texts_of(entry.member("addresses")))
        add_address(one.addresses, address);
    one.dhcp4 = says_yes(entry, "dhcp4");
    one.dhcp6 = says_yes(entry, "dhcp6");
    for (const char *key : {"gateway4", "gateway6"})
        add_gateway(one.gateways, text_at(&entry, key));
    for (const auto &route : items_of(entry.member("routes")))
        if (text::is_default_route(text_at(&route, "to")))
            add_gateway(one.gateways, text_at(&route, "via"));
}

/// Members and parents are named by id.
void read_relations(const Node &entry, const Identities &ids, NetworkUse &use) {
    for (const auto &id : texts_of(entry.member("interfaces"))) {
        const auto member = identity_of(id, ids);
        if (member.name.empty())
            add_text(use.settings.members, member.mac);
        else
            add_member(use, member.name);
    }
    if (const auto parent = identity_of(text_at(&entry, "link"), ids); !parent.name.empty())
        set_parent(use, parent.name);
    else
        use.settings.parent = parent.mac;
}

NetworkUse use_of(const YamlFile &file, const char *kind, const std::string &id, const Node &entry,
                  const Identities &ids) {
    auto use = NetworkFiles::use_of(file.path, file.backend);
    use.kind = file.kind;
    use.card = std::string_view{kind} == "ethernet";
    use.settings.kind = kind;
    const auto own = own_identity(entry);
    const auto identity = own ? *own : identity_of(id, ids);
    if (!identity.name.empty())
        use.names = {identity.name};
    use.settings.mac = identity.mac.empty() ? parse_mac(text_at(&entry, "macaddress")) : identity.mac;
    use.settings.vlan = text::vlan_number(text_at(&entry, "id"));
    read_addresses(entry, use.settings);
    read_relations(entry, ids, use);
    return use;
}

void read_entries(const YamlFile &file, const Node *network, const Identities &ids, NetworkFiles &into) {
    for (const auto &[section, kind] : netplan_sections) {
        const auto *entries = member_of(network, section);
        for (std::size_t i = 0; entries && i < entries->keys.size(); ++i) {
            auto use = use_of(file, kind, entries->keys[i], entries->items[i], ids);
            if (use.card && file.kind != NetworkUse::seed)
                read_pins(file, entries->keys[i], entries->items[i], use, into);
            into.add(std::move(use));
        }
    }
}

} // namespace

void read_netplan_entries(const std::vector<YamlFile> &files, NetworkFiles &into) {
    Identities ids;
    for (const auto &file : files)
        find_identities(file.network(), ids);
    for (const auto &file : files)
        read_entries(file, file.network(), ids, into);
}

Result<> read_netplan(NetworkFiles &into) {
    std::vector<YamlFile> files;
    for (const auto &path :
         H2K_TRY(text::files_in_order(into.guest, {"/etc/netplan", "/usr/lib/netplan", "/lib/netplan"}, "*.yaml")))
        if (auto file = H2K_TRY(read_yaml_file(path, "netplan", NetworkUse::interface, into)))
            files.push_back(*std::move(file));
    read_netplan_entries(files, into);
    return {};
}

} // namespace h2k
