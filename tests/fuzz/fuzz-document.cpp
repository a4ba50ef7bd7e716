// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/document/json.h"
#include "convert/document/yaml.h"
#include <cstdlib>

using namespace h2k;

static constexpr DocumentLimits limits{.most_bytes = 1u << 20, .most_depth = 16, .most_values = 4096};

static void require(bool holds) {
    if (!holds)
        abort();
}

/// How many values there are, no more than may be, and each where it says.
static std::size_t count(const Node &node, const std::string &text, std::size_t depth) {
    require(depth <= limits.most_depth && node.line >= 1);
    require(node.kind != Node::Kind::text || (node.items.empty() && node.keys.empty()));
    require(node.kind != Node::Kind::map || node.items.size() == node.keys.size());
    if (node.verbatim)
        require(node.at <= text.size() && text.substr(node.at, node.size) == node.value);
    std::size_t all = 1;
    for (const auto &item : node.items)
        all += count(item, text, depth + 1);
    return all;
}

extern "C" int LLVMFuzzerTestOneInput(const unsigned char *data, std::size_t size) {
    const std::string text{reinterpret_cast<const char *>(data), size};
    for (const auto &document : {read_json(text, "fuzz", limits), read_yaml(text, "fuzz", limits),
                                 read_yaml(text, "fuzz", limits, YamlReader::tolerant)})
        if (document)
            require(count(document->root, text, 0) <= limits.most_values);
    return 0;
}
