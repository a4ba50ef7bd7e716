// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/document/node.h"
#include "convert/network/network_files.h"
#include <array>

namespace h2k {

/// A file of netplan, or of cloud-init's settings.
struct YamlFile {
    std::string path;
    const char *backend;
    NetworkUse::Kind kind; ///< of what it says
    std::vector<text::Line> lines;
    Document document;

    /// What stands below "network", which cloud-init's own files may do without; null: nothing.
    [[nodiscard]] const Node *network() const;
};

/// Netplan's sections of interfaces, and the kind of those in each.
inline constexpr std::array<std::pair<const char *, const char *>, 10> netplan_sections{
    {{"ethernets", "ethernet"},
     {"wifis", "wifi"},
     {"modems", "wwan"},
     {"bonds", "bond"},
     {"bridges", "bridge"},
     {"vlans", "vlan"},
     {"vrfs", "vrf"},
     {"tunnels", "tunnel"},
     {"dummy-devices", "dummy"},
     {"virtual-ethernets", "veth"}}};

/// The file at @path; nullopt: it is not there, does not concern the network, or cannot be read, with a notice.
[[nodiscard]] Result<std::optional<YamlFile>> read_yaml_file(const std::string &path, const char *backend,
                                                             NetworkUse::Kind kind, NetworkFiles &into);
/// The entries of netplan's sections in @files, which share their ids.
void read_netplan_entries(const std::vector<YamlFile> &files, NetworkFiles &into);

/// The member @key of @map; null where it is missing, or @map is not a map.
[[nodiscard]] const Node *member_of(const Node *map, std::string_view key);
/// The text of that member; empty where it is not a text.
[[nodiscard]] std::string text_at(const Node *map, std::string_view key);
/// The items of a list; empty for anything else.
[[nodiscard]] const std::vector<Node> &items_of(const Node *list);
/// A list's texts, or the one text that stands in its place; of an item that is a map, its first key.
[[nodiscard]] std::vector<std::string> texts_of(const Node *list);

} // namespace h2k
