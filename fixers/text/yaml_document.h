// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "fixers/text/edit.h"
#include <optional>
#include <yaml.h>

namespace h2k::text {

inline constexpr std::size_t most_yaml_depth = 64;

inline std::string text_of(const yaml_char_t *text, std::size_t size) {
    return {reinterpret_cast<const char *>(text), size};
}
inline std::string text_of(const yaml_char_t *text) { return text ? reinterpret_cast<const char *>(text) : ""; }

/// Where the characters of a file are.  Marks of libyaml count characters, and its lines end at more than '\n'.
class YamlPlaces {
  public:
    explicit YamlPlaces(std::string_view file) : file_(file) {
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
template <typename F> bool each_yaml_event(std::string_view file, F &&see) {
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
[[nodiscard]] inline bool is_shallow_yaml(std::string_view file) {
    std::size_t depth = 0;
    return each_yaml_event(file, [&](const yaml_event_t &event) {
        if (event.type == YAML_MAPPING_START_EVENT || event.type == YAML_SEQUENCE_START_EVENT)
            ++depth;
        else if (event.type == YAML_MAPPING_END_EVENT || event.type == YAML_SEQUENCE_END_EVENT)
            --depth;
        return depth <= most_yaml_depth;
    });
}

/// A document of libyaml, with the file that its marks speak of.
class YamlDocument {
  public:
    explicit YamlDocument(std::string_view file) : places_(file) {
        yaml_parser_t parser;
        if (!is_shallow_yaml(file) || !yaml_parser_initialize(&parser))
            return;
        yaml_parser_set_input_string(&parser, reinterpret_cast<const unsigned char *>(file.data()), file.size());
        loaded_ = yaml_parser_load(&parser, &document_) != 0;
        yaml_parser_delete(&parser);
    }
    YamlDocument(const YamlDocument &) = delete;
    YamlDocument &operator=(const YamlDocument &) = delete;
    ~YamlDocument() {
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
    /// As YamlPlaces::piece(); @unplaced becomes true for a scalar that has none.
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

    YamlPlaces places_;
    yaml_document_t document_{};
    bool loaded_ = false;
};

} // namespace h2k::text
