// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/document/yaml.h"
#include "convert/document/budget.h"
#include <algorithm>
#include <map>
#include <yaml.h>

namespace h2k {

namespace {

std::string text_of(const yaml_char_t *text) { return text ? reinterpret_cast<const char *>(text) : ""; }

std::string anchor_of(const yaml_event_t &event) {
    switch (event.type) {
    case YAML_SCALAR_EVENT: return text_of(event.data.scalar.anchor);
    case YAML_SEQUENCE_START_EVENT: return text_of(event.data.sequence_start.anchor);
    case YAML_MAPPING_START_EVENT: return text_of(event.data.mapping_start.anchor);
    case YAML_ALIAS_EVENT: return text_of(event.data.alias.anchor);
    default: return {};
    }
}

/// How many lists and maps lie within each other.
std::size_t height_of(const Node &node) {
    std::size_t height = 0;
    for (const auto &item : node.items)
        height = std::max(height, height_of(item));
    return height + (node.kind == Node::Kind::text ? 0 : 1);
}

/// Where the characters of a file are.  Marks of libyaml count characters, without a byte-order mark, and its lines end
/// at more than '\n'.
class Places {
  public:
    explicit Places(std::string_view file)
        : file_(file), first_(file.starts_with("\xef\xbb\xbf") ? 3 : 0), at_(first_) {}

    /// Quick where the characters are asked for nearly in order.
    std::size_t byte_of(std::size_t character) {
        for (; character_ < character && at_ < file_.size(); ++character_)
            do
                ++at_;
            while (at_ < file_.size() && is_inner(at_));
        for (; character_ > character && at_ > first_; --character_)
            do
                --at_;
            while (at_ > first_ && is_inner(at_));
        return at_;
    }

  private:
    [[nodiscard]] bool is_inner(std::size_t at) const { return (static_cast<unsigned char>(file_[at]) & 0xc0) == 0x80; }

    std::string_view file_;
    std::size_t first_, at_, character_ = 0;
};

/// The events of libyaml as a tree.
class YamlTree {
  public:
    YamlTree(const std::string &text, const std::string *name, const DocumentLimits &limits, YamlReader reader)
        : text_(text), places_(text), budget_(limits), name_(name), strict_(reader == YamlReader::strict) {
        ready_ = yaml_parser_initialize(&parser_) != 0;
        if (ready_)
            yaml_parser_set_input_string(&parser_, reinterpret_cast<const unsigned char *>(text.data()), text.size());
    }
    YamlTree(const YamlTree &) = delete;
    YamlTree &operator=(const YamlTree &) = delete;
    ~YamlTree() {
        if (has_event_)
            yaml_event_delete(&event_);
        if (ready_)
            yaml_parser_delete(&parser_);
    }

    /// Leaves @root as it is where there is no document.
    Result<> read(Node &root) {
        if (!ready_)
            return fail(H2K_ERROR_FAILED, "%s", _("Not enough memory."));
        H2K_CHECK(next());
        H2K_CHECK(next());
        for (bool first = true; event_.type == YAML_DOCUMENT_START_EVENT; first = false) {
            if (!first && strict_)
                return here().refused("%s", _("A second document begins here; a file may hold only one."));
            H2K_CHECK(next());
            auto document = H2K_TRY(node(0));
            if (first)
                root = std::move(document);
            H2K_CHECK(next()); // the document's end
            H2K_CHECK(next());
            anchors_.clear();
        }
        return {};
    }

  private:
    struct Anchored {
        Node node;
        std::size_t values = 0, height = 0;
    };

    Node at(const yaml_mark_t &mark) const {
        Node node;
        node.line = static_cast<unsigned>(std::min<std::size_t>(mark.line, 1u << 30)) + 1;
        node.file = name_;
        return node;
    }
    Node here() const { return at(event_.start_mark); }
    Result<> next() {
        if (has_event_)
            yaml_event_delete(&event_);
        has_event_ = yaml_parser_parse(&parser_, &event_) != 0;
        if (has_event_)
            return {};
        // "could not find expected ':'" is of libyaml, in English
        return at(parser_.problem_mark)
            .refused(_("This is neither YAML nor JSON: %s."), parser_.problem ? parser_.problem : "?");
    }
    /// Of the event that was read last, within @depth lists and maps.
    Result<Node> node(std::size_t depth) {
        auto made = here();
        const auto before = budget_.taken();
        const auto anchor = anchor_of(event_);
        H2K_CHECK(budget_.take(made, depth));
        switch (event_.type) {
        case YAML_SCALAR_EVENT: fill_text(made); break;
        case YAML_SEQUENCE_START_EVENT: H2K_CHECK(fill_list(made, depth + 1)); break;
        case YAML_MAPPING_START_EVENT: H2K_CHECK(fill_map(made, depth + 1)); break;
        case YAML_ALIAS_EVENT: return aliased(made, depth, anchor);
        default: return made.refused("%s", _("A value is missing here."));
        }
        if (strict_ || anchor.empty())
            return made;
        const auto values = budget_.taken() - before;
        H2K_CHECK(budget_.take(made, depth, values));
        anchors_[anchor] = {made, values, height_of(made)};
        return made;
    }
    void fill_text(Node &made) {
        const auto &scalar = event_.data.scalar;
        made.value = {reinterpret_cast<const char *>(scalar.value), scalar.length};
        made.plain = scalar.style == YAML_PLAIN_SCALAR_STYLE;
        auto from = places_.byte_of(event_.start_mark.index), to = places_.byte_of(event_.end_mark.index);
        if (!made.plain) {
            const char quote = scalar.style == YAML_SINGLE_QUOTED_SCALAR_STYLE   ? '\''
                               : scalar.style == YAML_DOUBLE_QUOTED_SCALAR_STYLE ? '"'
                                                                                 : '\0';
            if (quote == '\0' || to < from + 2 || text_[from] != quote || text_[to - 1] != quote)
                return;
            ++from, --to;
        }
        made.verbatim = to >= from && (!made.plain || to > from) && // a null may have no bytes of its own
                        std::string_view{text_}.substr(from, to - from) == made.value;
        made.at = from, made.size = made.value.size();
    }
    Result<> fill_list(Node &made, std::size_t depth) {
        made.kind = Node::Kind::list;
        H2K_CHECK(budget_.take(made, depth, 0));
        for (;;) {
            H2K_CHECK(next());
            if (event_.type == YAML_SEQUENCE_END_EVENT)
                return {};
            made.items.push_back(H2K_TRY(node(depth)));
        }
    }
    Result<> fill_map(Node &made, std::size_t depth) {
        made.kind = Node::Kind::map;
        H2K_CHECK(budget_.take(made, depth, 0));
        for (std::set<std::string> seen;;) {
            H2K_CHECK(next());
            if (event_.type == YAML_MAPPING_END_EVENT)
                return {};
            const bool is_text = event_.type == YAML_SCALAR_EVENT;
            if (strict_ && !is_text)
                return here().refused("%s", _("A key must be a string."));
            auto key = H2K_TRY(node(depth));
            H2K_CHECK(next());
            auto value = H2K_TRY(node(depth));
            if (key.kind != Node::Kind::text)
                continue;
            made.keys.push_back(std::move(key.value));
            if (strict_)
                H2K_CHECK(check_key(made, seen, key));
            made.items.push_back(std::move(value));
        }
    }
    /// A copy: what an alias stands for counts each time.
    Result<Node> aliased(const Node &alias, std::size_t depth, const std::string &anchor) {
        if (strict_)
            return alias.refused("%s", _("Aliases (*NAME) are not supported; write the value out."));
        const auto found = anchors_.find(anchor);
        if (found == anchors_.end())
            return alias.refused(_("The alias “%s” does not refer to an earlier value."), printable(anchor).c_str());
        H2K_CHECK(budget_.take(alias, depth + found->second.height, found->second.values));
        return found->second.node;
    }

    const std::string &text_;
    Places places_;
    Budget budget_;
    const std::string *name_;
    bool strict_, ready_ = false, has_event_ = false;
    yaml_parser_t parser_{};
    yaml_event_t event_{};
    std::map<std::string, Anchored> anchors_;
};

} // namespace

Result<Document> read_yaml(const std::string &text, const std::string &name, const DocumentLimits &limits,
                           YamlReader reader) {
    auto made = H2K_TRY(new_document(text, name, limits));
    H2K_CHECK(YamlTree(text, made.name.get(), limits, reader).read(made.root));
    return made;
}

} // namespace h2k
