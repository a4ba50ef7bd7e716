// SPDX-License-Identifier: LGPL-2.1-or-later
#include "fixers/text/netplan.h"
#include "convert/base/i18n.h"
#include <glib.h>
#include <yaml.h>

namespace h2k::text {

namespace {

constexpr std::size_t file_limit = 1u << 20;

/// A document of libyaml, with the file that its marks speak of.
class Document {
  public:
    explicit Document(std::string_view file) : file_(file), lines_(lines_of(file)) {
        yaml_parser_t parser;
        if (!yaml_parser_initialize(&parser))
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
                see(text_of(key), value);
        }
    }
    yaml_node_t *member(yaml_node_t *map, std::string_view name) {
        yaml_node_t *found = nullptr;
        each_member(map, [&](const std::string &key, yaml_node_t *value) {
            if (key == name)
                found = value;
        });
        return found;
    }
    /// The scalar's value and bytes, without quotes; nullopt for other nodes and block scalars.
    std::optional<Piece> piece(yaml_node_t *node) const {
        if (!node || node->type != YAML_SCALAR_NODE)
            return std::nullopt;
        const auto style = node->data.scalar.style;
        if (style == YAML_LITERAL_SCALAR_STYLE || style == YAML_FOLDED_SCALAR_STYLE)
            return std::nullopt;
        auto from = offset(node->start_mark), to = offset(node->end_mark);
        if (style != YAML_PLAIN_SCALAR_STYLE) {
            ++from;
            --to;
        }
        if (to < from || to > file_.size())
            return std::nullopt;
        return Piece{text_of(node), from, to - from};
    }

  private:
    static std::string text_of(const yaml_node_t *node) {
        return {reinterpret_cast<const char *>(node->data.scalar.value), node->data.scalar.length};
    }
    /// Marks count characters, not bytes.
    [[nodiscard]] std::size_t offset(const yaml_mark_t &mark) const {
        if (mark.line >= lines_.size())
            return file_.size();
        const auto &line = lines_[mark.line];
        std::size_t at = line.at;
        for (std::size_t column = 0; column < mark.column && at < line.at + line.size; ++column)
            at += static_cast<std::size_t>(g_utf8_next_char(file_.data() + at) - (file_.data() + at));
        return at;
    }

    std::string_view file_;
    std::vector<Line> lines_;
    yaml_document_t document_{};
    bool loaded_ = false;
};

NetplanEthernet ethernet(Document &document, const std::string &id, yaml_node_t *node) {
    NetplanEthernet found;
    found.id = id;
    found.set_name = document.piece(document.member(node, "set-name"));
    found.mac = document.piece(document.member(node, "macaddress"));
    auto *match = document.member(node, "match");
    found.matches = match != nullptr;
    found.match_name = document.piece(document.member(match, "name"));
    found.match_mac = document.piece(document.member(match, "macaddress"));
    found.match_driver = document.piece(document.member(match, "driver"));
    document.each_member(match, [&](const std::string &, yaml_node_t *) { ++found.match_keys; });
    return found;
}

} // namespace

Result<std::vector<NetplanEthernet>> parse_netplan(std::string_view file) {
    if (file.size() > file_limit || !g_utf8_validate_len(file.data(), file.size(), nullptr))
        return fail(H2K_ERROR_FAILED, _("It is larger than a netplan file can be, or not UTF-8 text."));
    Document document{file};
    if (!document.loaded())
        return fail(H2K_ERROR_FAILED, _("It is not valid YAML."));
    std::vector<NetplanEthernet> found;
    auto *ethernets = document.member(document.member(document.root(), "network"), "ethernets");
    document.each_member(
        ethernets, [&](const std::string &id, yaml_node_t *node) { found.push_back(ethernet(document, id, node)); });
    return found;
}

} // namespace h2k::text
