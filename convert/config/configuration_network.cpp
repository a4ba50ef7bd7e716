// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/base/i18n.h"
#include "convert/base/messages.h"
#include "convert/config/configuration.h"
#include "convert/config/configuration_checks.h"
#include <algorithm>
#include <array>

namespace h2k {

namespace {

constexpr std::size_t most_files = 256;
constexpr std::array networkd_suffixes = {".network", ".netdev", ".link"};

bool is_networkd_name(const std::string &name) {
    return std::ranges::any_of(networkd_suffixes, [&](const char *suffix) {
        return name.ends_with(suffix) && name.size() > std::string_view{suffix}.size();
    });
}

/// One entry of the lists.
struct FileEntry {
    std::string name, type = "network", content;
    unsigned priority = 50;
};

Result<FileEntry> read_entry(const Node &item, bool has_type) {
    FileEntry entry;
    std::vector<Key> keys{{{"filename", "name"},
                           [&](const Node &node) -> Result<> {
                               entry.name = H2K_TRY(file_name(node));
                               return {};
                           }},
                          {{"content"}, [&](const Node &node) -> Result<> {
                               entry.content = H2K_TRY(file_content(node));
                               return {};
                           }}};
    if (has_type) {
        keys.push_back({{"type"}, [&](const Node &node) -> Result<> {
                            entry.type = H2K_TRY(node.text());
                            if (!is_networkd_name("x." + entry.type))
                                return node.refused("%s", _("The type must be network, netdev or link."));
                            return {};
                        }});
        keys.push_back({{"priority"}, [&](const Node &node) -> Result<> {
                            entry.priority = H2K_TRY(node.number(0U, 99U));
                            return {};
                        }});
    }
    H2K_CHECK(item.members(keys));
    if (entry.name.empty() || entry.content.empty())
        return item.refused("%s", _("A network file needs a “filename” and a “content”."));
    return entry;
}

Result<> add_file(const Node &item, std::vector<NetworkFile> &files, std::string name, std::string content) {
    if (std::ranges::find(files, name, &NetworkFile::name) != files.end())
        return item.refused(_("The file “%s” is listed more than once."), name.c_str());
    files.push_back({std::move(name), std::move(content)});
    return {};
}

Result<> add_networkd(const Node &item, Configuration &made) {
    auto entry = H2K_TRY(read_entry(item, false));
    if (!is_networkd_name(entry.name))
        return item.refused(_("The name of the file “%s” must end with .network, .netdev or .link."),
                            entry.name.c_str());
    return add_file(item, made.networkd, entry.name, std::move(entry.content));
}

/// "eth0", network, 50: 50-eth0.network
Result<> add_typed(const Node &item, Configuration &made) {
    auto entry = H2K_TRY(read_entry(item, true));
    auto name = is_networkd_name(entry.name)
                    ? entry.name
                    : sentence("%02u-%s.%s", entry.priority, entry.name.c_str(), entry.type.c_str());
    return add_file(item, made.networkd, std::move(name), std::move(entry.content));
}

Result<> add_connection(const Node &item, Configuration &made) {
    auto entry = H2K_TRY(read_entry(item, false));
    if (!entry.name.ends_with(".nmconnection"))
        entry.name += ".nmconnection";
    return add_file(item, made.network_manager, entry.name, std::move(entry.content));
}

} // namespace

Result<> read_network(const Node &block, Configuration &made) {
    const auto list = [&](Result<> (*add)(const Node &, Configuration &)) {
        return [&made, add](const Node &node) {
            return node.each(most_files, [&](const Node &item) { return add(item, made); });
        };
    };
    const auto enable = [&](const char *unit) {
        return [&made, unit](const Node &node) -> Result<> {
            auto &units = made.enable_services;
            if (H2K_TRY(node.flag()) && std::ranges::find(units, unit) == units.end())
                units.emplace_back(unit);
            return {};
        };
    };
    return block.members({{{"systemd_networkd", "networkd"}, list(add_networkd)},
                          {{"network_files", "files"}, list(add_typed)},
                          {{"nm_connections", "network_manager"}, list(add_connection)},
                          {{"enable_networkd", "enable_systemd_networkd"}, enable("systemd-networkd.service")},
                          {{"enable_network_manager"}, enable("NetworkManager.service")}});
}

} // namespace h2k
