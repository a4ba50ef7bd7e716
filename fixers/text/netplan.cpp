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

constexpr DocumentLimits limits{.most_bytes = 64u << 10, .most_depth = 64, .most_values = 64u << 10};

using TextsByPlace = std::map<std::size_t, std::optional<std::string>>;

/// Applies @edits to a tree and adds them to @made; false where the tree itself is to be removed.
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

} // namespace

Result<Document> read_network_yaml(std::string_view file) {
    if (file.size() > limits.most_bytes || !g_utf8_validate_len(file.data(), file.size(), nullptr))
        return fail(H2K_ERROR_FAILED, _("It is too large for a netplan file, or not UTF-8 text."));
    auto document = read_yaml(std::string{file}, "", limits, YamlReader::tolerant);
    if (!document)
        return fail(H2K_ERROR_FAILED, _("It is not valid YAML, or nested too deeply for a netplan file."));
    return document;
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
