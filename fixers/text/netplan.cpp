// SPDX-License-Identifier: LGPL-2.1-or-later
#include "fixers/text/netplan.h"
#include "convert/base/i18n.h"
#include <glib.h>
#include <map>
#include <yaml.h>

namespace h2k::text {

namespace {

constexpr std::size_t file_limit = 64u << 10, most_depth = 64, most_ethernets = 256;

std::string text_of(const yaml_char_t *text, std::size_t size) { return {reinterpret_cast<const char *>(text), size}; }
std::string text_of(const yaml_char_t *text) { return text ? reinterpret_cast<const char *>(text) : ""; }

/// Where the characters of a file are.  Marks of libyaml count characters, and its lines end at more than '\n'.
class Places {
  public:
    explicit Places(std::string_view file) : file_(file) {
        const std::size_t mark = file.starts_with("\xef\xbb\xbf") ? 3 : 0; // which libyaml does not count
        for (std::size_t at = mark; at < file.size(); ++at)
            if ((static_cast<unsigned char>(file[at]) & 0xc0) != 0x80)
                bytes_.push_back(at);
        bytes_.push_back(file.size());
    }
    /// The scalar's bytes without quotes; nullopt unless they are its value as it stands: anchors, tags, escapes,
    /// folded lines and block scalars have others.
    [[nodiscard]] std::optional<Piece> piece(const yaml_mark_t &start, const yaml_mark_t &end,
                                             yaml_scalar_style_t style, std::string value) const {
        if (start.index >= bytes_.size() || end.index >= bytes_.size() || end.index < start.index)
            return std::nullopt;
        auto from = bytes_[start.index], to = bytes_[end.index];
        if (style == YAML_SINGLE_QUOTED_SCALAR_STYLE || style == YAML_DOUBLE_QUOTED_SCALAR_STYLE) {
            const char quote = style == YAML_SINGLE_QUOTED_SCALAR_STYLE ? '\'' : '"';
            if (to - from < 2 || file_[from] != quote || file_[to - 1] != quote)
                return std::nullopt;
            ++from, --to;
        } else if (style != YAML_PLAIN_SCALAR_STYLE)
            return std::nullopt;
        if (file_.substr(from, to - from) != value)
            return std::nullopt;
        return Piece{std::move(value), from, to - from};
    }

  private:
    std::string_view file_;
    std::vector<std::size_t> bytes_;
};

/// Calls @see with each event of the file until it returns false; false as well where the file is not valid.
template <typename F> bool each_event(std::string_view file, F &&see) {
    yaml_parser_t parser;
    if (!yaml_parser_initialize(&parser))
        return false;
    yaml_parser_set_input_string(&parser, reinterpret_cast<const unsigned char *>(file.data()), file.size());
    bool good = true, done = false;
    while (good && !done) {
        yaml_event_t event;
        good = yaml_parser_parse(&parser, &event) != 0;
        if (!good)
            break;
        done = event.type == YAML_STREAM_END_EVENT;
        good = see(event);
        yaml_event_delete(&event);
    }
    yaml_parser_delete(&parser);
    return good;
}

/// libyaml's work grows with the depth for each token, so this comes before a document is loaded.
bool is_shallow(std::string_view file) {
    std::size_t depth = 0;
    return each_event(file, [&](const yaml_event_t &event) {
        if (event.type == YAML_MAPPING_START_EVENT || event.type == YAML_SEQUENCE_START_EVENT)
            ++depth;
        else if (event.type == YAML_MAPPING_END_EVENT || event.type == YAML_SEQUENCE_END_EVENT)
            --depth;
        return depth <= most_depth;
    });
}

/// A document of libyaml, with the file that its marks speak of.
class Document {
  public:
    explicit Document(std::string_view file) : places_(file) {
        yaml_parser_t parser;
        if (!is_shallow(file) || !yaml_parser_initialize(&parser))
            return;
        yaml_parser_set_input_string(&parser, reinterpret_cast<const unsigned char *>(file.data()), file.size());
        loaded_ = yaml_parser_load(&parser, &document_) != 0;
        yaml_parser_delete(&parser);
    }
    Document(const Document &) = delete;
    Document &operator=(const Document &) = delete;
    ~Document() {
        if (loaded_)
            yaml_document_delete(&document_);
    }
    [[nodiscard]] bool loaded() const { return loaded_; }
    yaml_node_t *root() { return yaml_document_get_root_node(&document_); }

    template <typename F> void each_member(yaml_node_t *map, F &&see) {
        if (!map || map->type != YAML_MAPPING_NODE)
            return;
        for (auto *pair = map->data.mapping.pairs.start; pair < map->data.mapping.pairs.top; ++pair) {
            auto *key = yaml_document_get_node(&document_, pair->key);
            auto *value = yaml_document_get_node(&document_, pair->value);
            if (key && value && key->type == YAML_SCALAR_NODE)
                see(value_of(key), value);
        }
    }
    template <typename F> void each_item(yaml_node_t *list, F &&see) {
        if (!list || list->type != YAML_SEQUENCE_NODE)
            return;
        for (auto *item = list->data.sequence.items.start; item < list->data.sequence.items.top; ++item)
            if (auto *node = yaml_document_get_node(&document_, *item))
                see(node);
    }
    yaml_node_t *member(yaml_node_t *map, std::string_view name) {
        yaml_node_t *found = nullptr;
        each_member(map, [&](const std::string &key, yaml_node_t *value) {
            if (key == name)
                found = value;
        });
        return found;
    }
    static std::optional<std::string> text(const yaml_node_t *node) {
        if (!node || node->type != YAML_SCALAR_NODE)
            return std::nullopt;
        return value_of(node);
    }
    /// As Places::piece(); @unplaced becomes true for a scalar that has none.
    std::optional<Piece> piece(const yaml_node_t *node, bool &unplaced) const {
        if (!node || node->type != YAML_SCALAR_NODE)
            return std::nullopt;
        auto found = places_.piece(node->start_mark, node->end_mark, node->data.scalar.style, value_of(node));
        unplaced = unplaced || !found;
        return found;
    }

  private:
    static std::string value_of(const yaml_node_t *node) {
        return text_of(node->data.scalar.value, node->data.scalar.length);
    }

    Places places_;
    yaml_document_t document_{};
    bool loaded_ = false;
};

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
    const Places places{file};
    std::map<std::size_t, std::optional<std::string>> open;
    for (const auto &edit : edits)
        open.try_emplace(edit.at, edit.text); // the first one counts, as with Edits
    std::vector<std::string> parts;
    const bool good = is_shallow(file) && each_event(file, [&](const yaml_event_t &event) {
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

NetplanEthernet ethernet(Document &document, const std::string &id, yaml_node_t *node) {
    NetplanEthernet found;
    found.id = id;
    found.set_name = Document::text(document.member(node, "set-name"));
    found.mac = document.piece(document.member(node, "macaddress"), found.has_unplaced);
    auto *match = document.member(node, "match");
    found.matches = match != nullptr;
    found.match_name = Document::text(document.member(match, "name"));
    found.match_mac = document.piece(document.member(match, "macaddress"), found.has_unplaced);
    found.match_driver = document.piece(document.member(match, "driver"), found.has_unplaced);
    document.each_item(document.member(match, "driver"), [&](yaml_node_t *item) {
        if (auto driver = Document::text(item); driver && found.match_drivers.size() < most_ethernets)
            found.match_drivers.push_back(*std::move(driver));
    });
    document.each_member(match, [&](const std::string &, yaml_node_t *) { ++found.match_keys; });
    return found;
}

} // namespace

Result<NetplanFile> parse_netplan(std::string_view file) {
    if (file.size() > file_limit || !g_utf8_validate_len(file.data(), file.size(), nullptr))
        return fail(H2K_ERROR_FAILED, _("It is larger than a netplan file can be, or not UTF-8 text."));
    Document document{file};
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
