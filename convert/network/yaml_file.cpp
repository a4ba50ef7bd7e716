// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/network/yaml_file.h"
#include "convert/base/i18n.h"
#include "convert/base/messages.h"
#include "fixers/text/netplan.h"

namespace h2k {

namespace {

constexpr std::size_t most_interfaces = 256, most_values = 64;

std::string text_of(const Node *node) { return node && node->kind == Node::Kind::text ? node->value : std::string{}; }

std::size_t count(const Node *network) {
    auto found = items_of(member_of(network, "config")).size();
    for (const auto &[section, kind] : netplan_sections)
        if (const auto *entries = member_of(network, section))
            found += entries->keys.size();
    return found;
}

} // namespace

const Node *YamlFile::network() const {
    const auto *network = document.root.member("network");
    return network || path.ends_with(".cfg") || kind != NetworkUse::seed ? network : &document.root;
}

Result<std::optional<YamlFile>> read_yaml_file(const std::string &path, const char *backend, NetworkUse::Kind kind,
                                               NetworkFiles &into) {
    const auto *content = H2K_TRY(into.read(path));
    if (!content || (path.ends_with(".cfg") && content->find("network:") == std::string::npos))
        return std::nullopt;
    const auto unread = [&](const char *why) {
        into.warn_unread("network.file-ignored", sentence(_("“%s” was ignored: %s"), printable(path).c_str(), why));
        return std::nullopt;
    };
    auto document = text::read_network_yaml(*content);
    if (!document)
        return unread(document.error().message());
    YamlFile file{path, backend, kind, text::lines_of(*content), *std::move(document)};
    if (count(file.network()) > most_interfaces)
        return unread(_("It names more network cards than are read."));
    return file;
}

const Node *member_of(const Node *map, std::string_view key) { return map ? map->member(key) : nullptr; }

std::string text_at(const Node *map, std::string_view key) { return text_of(member_of(map, key)); }

const std::vector<Node> &items_of(const Node *list) {
    static const std::vector<Node> none;
    return list && list->kind == Node::Kind::list ? list->items : none;
}

std::vector<std::string> texts_of(const Node *list) {
    std::vector<std::string> all;
    if (list && list->kind == Node::Kind::text)
        all.push_back(list->value);
    for (const auto &item : items_of(list)) {
        if (all.size() >= most_values)
            break;
        if (item.kind == Node::Kind::text)
            all.push_back(item.value);
        else if (!item.keys.empty())
            all.push_back(item.keys.front());
    }
    return all;
}

} // namespace h2k
