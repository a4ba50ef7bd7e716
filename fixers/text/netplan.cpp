// SPDX-License-Identifier: LGPL-2.1-or-later
#include "fixers/text/netplan.h"
#include "convert/base/i18n.h"
#include "convert/document/yaml.h"
#include <algorithm>
#include <glib.h>
#include <map>
#include <set>

namespace h2k::text {

namespace {

constexpr std::size_t most_ethernets = 256;
constexpr DocumentLimits limits{.most_bytes = 64u << 10, .most_depth = 64, .most_values = 64u << 10};

using TextsByPlace = std::map<std::size_t, std::optional<std::string>>;

/// Makes @edits to a tree and notes them in @made; false where the tree itself is to go.
bool edit(Node &node, const TextsByPlace &edits, std::set<std::size_t> &made) {
    if (node.kind == Node::Kind::text) {
        const auto found = node.verbatim ? edits.find(node.at) : edits.end();
        if (found == edits.end())
            return true;
        made.insert(node.at);
        node.value = found->second.value_or("");
        return found->second.has_value();
    }
    for (auto i = node.items.size(); i-- > 0;) {
        if (edit(node.items[i], edits, made))
            continue;
        const auto at = static_cast<std::ptrdiff_t>(i);
        node.items.erase(node.items.begin() + at);
        if (node.kind == Node::Kind::map)
            node.keys.erase(node.keys.begin() + at);
    }
    return true;
}

bool means_the_same(const Node &a, const Node &b) {
    return a.kind == b.kind && a.plain == b.plain && a.value == b.value && a.keys == b.keys &&
           std::ranges::equal(a.items, b.items, means_the_same);
}

std::optional<std::string> text_of(const Node *node) {
    if (!node || node->kind != Node::Kind::text)
        return std::nullopt;
    return node->value;
}

const Node *member_of(const Node *map, std::string_view key) { return map ? map->member(key) : nullptr; }

/// @unplaced becomes true for a text whose bytes are not its value as it stands.
std::optional<Piece> piece_of(const Node *node, bool &unplaced) {
    if (!node || node->kind != Node::Kind::text)
        return std::nullopt;
    unplaced = unplaced || !node->verbatim;
    return node->verbatim ? std::optional{Piece{node->value, node->at, node->size}} : std::nullopt;
}

NetplanEthernet ethernet(const std::string &id, const Node &node) {
    NetplanEthernet found;
    found.id = id;
    found.set_name = text_of(node.member("set-name"));
    found.mac = piece_of(node.member("macaddress"), found.has_unplaced);
    const auto *match = node.member("match");
    found.matches = match != nullptr;
    const auto *driver = member_of(match, "driver");
    found.match_name = text_of(member_of(match, "name"));
    found.match_mac = piece_of(member_of(match, "macaddress"), found.has_unplaced);
    found.match_driver = piece_of(driver, found.has_unplaced);
    if (driver && driver->kind == Node::Kind::list)
        for (const auto &item : driver->items)
            if (auto name = text_of(&item); name && found.match_drivers.size() < most_ethernets)
                found.match_drivers.push_back(*std::move(name));
    found.match_keys = match ? static_cast<unsigned>(match->keys.size()) : 0;
    return found;
}

} // namespace

Result<> check_netplan_text(std::string_view file) {
    if (file.size() > limits.most_bytes || !g_utf8_validate_len(file.data(), file.size(), nullptr))
        return fail(H2K_ERROR_FAILED, _("It is larger than a netplan file can be, or not UTF-8 text."));
    return {};
}

Result<Document> read_network_yaml(std::string_view file) {
    H2K_CHECK(check_netplan_text(file));
    auto document = read_yaml(std::string{file}, "", limits, YamlReader::tolerant);
    if (!document)
        return fail(H2K_ERROR_FAILED, _("It is not valid YAML, or nested deeper than a netplan file is."));
    return document;
}

Result<NetplanFile> parse_netplan(std::string_view file) {
    const auto document = H2K_TRY(read_network_yaml(file));
    NetplanFile found;
    const auto *network = document.root.member("network");
    if (const auto *cards = member_of(network, "ethernets"))
        for (std::size_t i = 0; i < cards->keys.size() && i <= most_ethernets; ++i)
            found.ethernets.push_back(ethernet(cards->keys[i], cards->items[i]));
    for (const char *kind : {"bonds", "bridges", "vlans", "vrfs", "tunnels", "dummy-devices"})
        if (const auto *devices = member_of(network, kind))
            for (const auto &id : devices->keys)
                if (found.made.size() <= most_ethernets)
                    found.made.push_back(id);
    if (found.ethernets.size() > most_ethernets || found.made.size() > most_ethernets)
        return fail(H2K_ERROR_FAILED, _("It names more network cards than are looked at."));
    return found;
}

bool changes_only(std::string_view before, std::string_view after, const std::vector<ScalarEdit> &edits) {
    TextsByPlace wanted;
    for (const auto &one : edits)
        wanted.try_emplace(one.at, one.text); // the first one counts, as with Edits
    auto old = read_network_yaml(before);
    const auto now = read_network_yaml(after);
    std::set<std::size_t> made;
    return old && now && edit(old->root, wanted, made) && made.size() == wanted.size() &&
           means_the_same(old->root, now->root);
}

} // namespace h2k::text
