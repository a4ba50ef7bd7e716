// SPDX-License-Identifier: LGPL-2.1-or-later
#include "fixers/text/netplan.h"
#include "convert/base/i18n.h"
#include "fixers/text/yaml_document.h"
#include <glib.h>
#include <map>

namespace h2k::text {

namespace {

constexpr std::size_t most_ethernets = 256;

/// An event as text, without a scalar's value.
std::string shown(const yaml_event_t &event) {
    auto text = std::to_string(event.type);
    const auto add = [&](const yaml_char_t *part) { text += '\0' + text_of(part); };
    if (event.type == YAML_SCALAR_EVENT)
        add(event.data.scalar.anchor), add(event.data.scalar.tag);
    else if (event.type == YAML_MAPPING_START_EVENT)
        add(event.data.mapping_start.anchor), add(event.data.mapping_start.tag);
    else if (event.type == YAML_SEQUENCE_START_EVENT)
        add(event.data.sequence_start.anchor), add(event.data.sequence_start.tag);
    else if (event.type == YAML_ALIAS_EVENT)
        add(event.data.alias.anchor);
    return text;
}

/// What a file says, a part an event, once @edits are made to it; nullopt where the file is not valid, deep, or lacks a
/// place to edit.
std::optional<std::vector<std::string>> meaning(std::string_view file, const std::vector<ScalarEdit> &edits) {
    const YamlPlaces places{file};
    std::map<std::size_t, std::optional<std::string>> open;
    for (const auto &edit : edits)
        open.try_emplace(edit.at, edit.text); // the first one counts, as with Edits
    std::vector<std::string> parts;
    const bool good = is_shallow_yaml(file) && each_yaml_event(file, [&](const yaml_event_t &event) {
                          parts.push_back(shown(event));
                          if (event.type != YAML_SCALAR_EVENT)
                              return true;
                          const auto &scalar = event.data.scalar;
                          auto value = text_of(scalar.value, scalar.length);
                          const auto piece = places.piece(event.start_mark, event.end_mark, scalar.style, value);
                          const auto edit = piece ? open.find(piece->at) : open.end();
                          if (edit == open.end()) {
                              parts.back() += '\0' + value;
                          } else if (edit->second) {
                              parts.back() += '\0' + *edit->second;
                              open.erase(edit);
                          } else {
                              parts.resize(parts.size() < 2 ? 0 : parts.size() - 2);
                              open.erase(edit);
                          }
                          return true;
                      });
    if (!good || !open.empty())
        return std::nullopt;
    return parts;
}

NetplanEthernet ethernet(YamlDocument &document, const std::string &id, yaml_node_t *node) {
    NetplanEthernet found;
    found.id = id;
    found.set_name = YamlDocument::text(document.member(node, "set-name"));
    found.mac = document.piece(document.member(node, "macaddress"), found.has_unplaced);
    auto *match = document.member(node, "match");
    found.matches = match != nullptr;
    found.match_name = YamlDocument::text(document.member(match, "name"));
    found.match_mac = document.piece(document.member(match, "macaddress"), found.has_unplaced);
    found.match_driver = document.piece(document.member(match, "driver"), found.has_unplaced);
    document.each_item(document.member(match, "driver"), [&](yaml_node_t *item) {
        if (auto driver = YamlDocument::text(item); driver && found.match_drivers.size() < most_ethernets)
            found.match_drivers.push_back(*std::move(driver));
    });
    document.each_member(match, [&](const std::string &, yaml_node_t *) { ++found.match_keys; });
    return found;
}

} // namespace

Result<> check_netplan_text(std::string_view file) {
    constexpr std::size_t file_limit = 64u << 10;
    if (file.size() > file_limit || !g_utf8_validate_len(file.data(), file.size(), nullptr))
        return fail(H2K_ERROR_FAILED, _("It is larger than a netplan file can be, or not UTF-8 text."));
    return {};
}

Result<NetplanFile> parse_netplan(std::string_view file) {
    H2K_CHECK(check_netplan_text(file));
    YamlDocument document{file};
    if (!document.loaded())
        return fail(H2K_ERROR_FAILED, _("It is not valid YAML, or nested deeper than a netplan file is."));
    NetplanFile found;
    auto *network = document.member(document.root(), "network");
    document.each_member(document.member(network, "ethernets"), [&](const std::string &id, yaml_node_t *node) {
        if (found.ethernets.size() <= most_ethernets) // an alias can repeat much for little
            found.ethernets.push_back(ethernet(document, id, node));
    });
    for (const char *kind : {"bonds", "bridges", "vlans", "vrfs", "tunnels", "dummy-devices"})
        document.each_member(document.member(network, kind), [&](const std::string &id, yaml_node_t *) {
            if (found.made.size() <= most_ethernets)
                found.made.push_back(id);
        });
    if (found.ethernets.size() > most_ethernets || found.made.size() > most_ethernets)
        return fail(H2K_ERROR_FAILED, _("It names more network cards than are looked at."));
    return found;
}

bool changes_only(std::string_view before, std::string_view after, const std::vector<ScalarEdit> &edits) {
    const auto wanted = meaning(before, edits), got = meaning(after, {});
    return wanted && got && *wanted == *got;
}

} // namespace h2k::text
