// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/config/yaml_tree.h"
#include "convert/base/i18n.h"
#include "convert/base/messages.h"
#include "convert/base/text.h"
#include "convert/config/values.h"
#include <algorithm>
#include <cstdarg>
#include <set>
#include <yaml.h>

namespace h2k {

namespace {

constexpr std::size_t most_bytes = 8u << 20, most_depth = 32, most_values = 65536;

unsigned line_of(const yaml_mark_t &mark) {
    return static_cast<unsigned>(std::min<std::size_t>(mark.line, 1u << 30)) + 1;
}

std::string text_of(const yaml_event_t &event) {
    const auto &scalar = event.data.scalar;
    return {reinterpret_cast<const char *>(scalar.value), scalar.length};
}

/// The events of libyaml as a tree.
class TreeParser {
  public:
    TreeParser(const std::string &text, const std::string *name) : name_(name) {
        ready_ = yaml_parser_initialize(&parser_) != 0;
        if (ready_)
            yaml_parser_set_input_string(&parser_, reinterpret_cast<const unsigned char *>(text.data()), text.size());
    }
    TreeParser(const TreeParser &) = delete;
    TreeParser &operator=(const TreeParser &) = delete;
    ~TreeParser() {
        if (has_event_)
            yaml_event_delete(&event_);
        if (ready_)
            yaml_parser_delete(&parser_);
    }

    Result<YamlNode> document() {
        if (!ready_)
            return fail(H2K_ERROR_FAILED, "%s", _("There is not enough memory."));
        YamlNode root;
        root.plain = true;
        H2K_CHECK(next());
        H2K_CHECK(next());
        if (event_.type == YAML_DOCUMENT_START_EVENT) {
            H2K_CHECK(next());
            root = H2K_TRY(node(0));
            H2K_CHECK(next()); // the document's end
            H2K_CHECK(next());
        }
        if (event_.type != YAML_STREAM_END_EVENT)
            return here().refused("%s", _("A second document begins here; one file holds one."));
        return root;
    }

  private:
    YamlNode here() const {
        YamlNode node;
        node.line = line_of(event_.start_mark);
        node.file = name_;
        return node;
    }
    Result<> next() {
        if (has_event_)
            yaml_event_delete(&event_);
        has_event_ = yaml_parser_parse(&parser_, &event_) != 0;
        if (has_event_)
            return {};
        YamlNode at;
        at.line = line_of(parser_.problem_mark);
        at.file = name_;
        // "could not find expected ':'" is of libyaml, in English
        return at.refused(_("This is neither YAML nor JSON: %s."), parser_.problem ? parser_.problem : "?");
    }
    /// Of the event that was read last.
    Result<YamlNode> node(std::size_t depth) {
        auto made = here();
        if (++values_ > most_values || depth > most_depth)
            return made.refused("%s", _("The file has more values, or nests them deeper, than it may."));
        switch (event_.type) {
        case YAML_SCALAR_EVENT:
            made.value = text_of(event_);
            made.plain = event_.data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
            return made;
        case YAML_SEQUENCE_START_EVENT: made.kind = YamlNode::Kind::list; break;
        case YAML_MAPPING_START_EVENT: made.kind = YamlNode::Kind::map; break;
        case YAML_ALIAS_EVENT: return made.refused("%s", _("Aliases (*NAME) are not read; write the value out."));
        default: return made.refused("%s", _("A value is missing here."));
        }
        std::set<std::string> seen;
        for (;;) {
            H2K_CHECK(next());
            if (event_.type == YAML_SEQUENCE_END_EVENT || event_.type == YAML_MAPPING_END_EVENT)
                return made;
            if (made.kind == YamlNode::Kind::map)
                H2K_CHECK(key(made, seen));
            made.items.push_back(H2K_TRY(node(depth + 1)));
        }
    }
    Result<> key(YamlNode &map, std::set<std::string> &seen) {
        if (event_.type != YAML_SCALAR_EVENT)
            return here().refused("%s", _("A key is a plain text."));
        map.keys.push_back(text_of(event_));
        if (!seen.insert(map.keys.back()).second)
            return here().refused(_("The key “%s” comes twice."), printable(map.keys.back()).c_str());
        return next();
    }

    yaml_parser_t parser_{};
    yaml_event_t event_{};
    const std::string *name_;
    std::size_t values_ = 0;
    bool ready_ = false, has_event_ = false;
};

const char *nearest(const std::vector<YamlKey> &known, const std::string &key) {
    const char *best = nullptr;
    std::size_t least = 4;
    for (const auto &candidate : known)
        for (const auto *spelling : candidate.spellings)
            if (const auto d = edit_distance(key.substr(0, 64), spelling); d < least)
                least = d, best = spelling;
    return best;
}

} // namespace

bool YamlNode::is_null() const {
    return kind == Kind::text && plain && (value.empty() || value == "~" || lower(value) == "null");
}

std::unexpected<Error> YamlNode::refused(const char *format, ...) const {
    va_list args;
    va_start(args, format);
    const Owned<char> said{g_strdup_vprintf(format, args)};
    va_end(args);
    return fail(H2K_ERROR_USAGE, "%s:%u: %s", file->c_str(), line, said.get());
}

Result<std::string> YamlNode::text() const {
    if (kind != Kind::text || is_null())
        return refused("%s", _("A text is expected here."));
    if (!is_utf8(value))
        return refused("%s", _("A text has no NUL character."));
    return value;
}

Result<bool> YamlNode::flag() const {
    const auto word = kind == Kind::text ? lower(value) : "";
    if (word == "true" || word == "yes" || word == "on")
        return true;
    if (word == "false" || word == "no" || word == "off")
        return false;
    return refused("%s", _("Either true or false is expected here."));
}

Result<unsigned> YamlNode::number(unsigned least, unsigned most) const {
    guint64 found = 0;
    if (kind != Kind::text || !g_ascii_string_to_unsigned(value.c_str(), 10, least, most, &found, nullptr))
        return refused(_("A number from %u to %u is expected here."), least, most);
    return static_cast<unsigned>(found);
}

Result<> YamlNode::each(std::size_t most, const std::function<Result<>(const YamlNode &)> &take) const {
    if (is_null())
        return {};
    if (kind == Kind::text)
        return take(*this);
    if (kind != Kind::list)
        return refused("%s", _("A list is expected here."));
    if (items.size() > most)
        return refused(_("The list has more than %zu items."), most);
    for (const auto &item : items)
        H2K_CHECK(take(item));
    return {};
}

Result<> YamlNode::members(const std::vector<YamlKey> &known) const {
    if (is_null())
        return {};
    if (kind != Kind::map)
        return refused("%s", _("Keys with values are expected here."));
    std::set<const YamlKey *> seen;
    for (std::size_t i = 0; i < keys.size(); ++i) {
        const auto found = std::ranges::find_if(known, [&](const YamlKey &key) {
            return std::ranges::find(key.spellings, keys[i]) != key.spellings.end();
        });
        if (found == known.end()) {
            const auto shown = printable(keys[i]);
            if (const auto *near = nearest(known, keys[i]))
                return items[i].refused(_("There is no key “%s” here; did you mean “%s”?"), shown.c_str(), near);
            return items[i].refused(_("There is no key “%s” here."), shown.c_str());
        }
        if (!seen.insert(&*found).second)
            return items[i].refused(_("“%s” means what another key here has said."), keys[i].c_str());
        if (!items[i].is_null())
            H2K_CHECK(found->take(items[i]));
    }
    return {};
}

const YamlNode *YamlNode::member(std::string_view key) const {
    const auto found = std::ranges::find(keys, key);
    return found == keys.end() ? nullptr : &items[static_cast<std::size_t>(found - keys.begin())];
}

Result<YamlTree> parse_yaml(const std::string &text, const std::string &name) {
    YamlTree tree{std::make_unique<const std::string>(name), {}};
    tree.root.file = tree.name.get();
    tree.root.line = 1;
    if (text.size() > most_bytes || !is_utf8(text))
        return tree.root.refused("%s", _("The file is larger than it may be, or not UTF-8 text."));
    tree.root = H2K_TRY(TreeParser(text, tree.name.get()).document());
    if (!tree.root.file)
        tree.root.file = tree.name.get(), tree.root.line = 1;
    return tree;
}

} // namespace h2k
