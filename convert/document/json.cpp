// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/document/json.h"
#include "convert/document/budget.h"
#include <glib.h>
#include <optional>

namespace h2k {

namespace {

class JsonTree {
  public:
    JsonTree(const std::string &text, const std::string *name, const DocumentLimits &limits)
        : text_(text), name_(name), budget_(limits) {}

    Result<Node> document() {
        auto root = H2K_TRY(value(0));
        skip_blanks();
        if (at_ != text_.size())
            return here().refused("%s", _("The document ends before this."));
        return root;
    }

  private:
    Node here() const {
        Node node;
        node.line = line_;
        node.file = name_;
        return node;
    }
    std::unexpected<Error> wrong() const { return here().refused("%s", _("This is not JSON.")); }
    /// The next byte; NUL, which no document has, at the end.
    [[nodiscard]] char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
    bool take(char c) {
        const bool is_next = at_ < text_.size() && text_[at_] == c;
        at_ += is_next ? 1 : 0;
        return is_next;
    }
    void skip_blanks() {
        for (; at_ < text_.size() && std::string_view{" \t\r\n"}.contains(text_[at_]); ++at_)
            line_ += text_[at_] == '\n' ? 1 : 0;
    }
    bool skip_digits() {
        const auto from = at_;
        while (g_ascii_isdigit(peek()))
            ++at_;
        return at_ > from;
    }

    /// What begins at the next byte that is no blank, within @depth lists and maps.
    Result<Node> value(std::size_t depth) {
        skip_blanks();
        auto made = here();
        H2K_CHECK(budget_.take(made, depth));
        switch (peek()) {
        case '{': H2K_CHECK(fill_map(made, depth + 1)); return made;
        case '[': H2K_CHECK(fill_list(made, depth + 1)); return made;
        case '"': H2K_CHECK(fill_text(made)); return made;
        default: break;
        }
        made.plain = made.verbatim = true;
        made.at = at_;
        if (!skip_word() && !skip_number())
            return wrong();
        made.size = at_ - made.at;
        made.value = text_.substr(made.at, made.size);
        return made;
    }
    bool skip_word() {
        for (const std::string_view word : {"true", "false", "null"})
            if (std::string_view{text_}.substr(at_).starts_with(word)) {
                at_ += word.size();
                return true;
            }
        return false;
    }
    bool skip_number() {
        take('-');
        if (!take('0') && !skip_digits())
            return false;
        if (take('.') && !skip_digits())
            return false;
        if (!take('e') && !take('E'))
            return true;
        if (!take('+'))
            take('-');
        return skip_digits();
    }
    Result<> fill_list(Node &made, std::size_t depth) {
        made.kind = Node::Kind::list;
        H2K_CHECK(budget_.take(made, depth, 0));
        ++at_;
        skip_blanks();
        if (take(']'))
            return {};
        do {
            made.items.push_back(H2K_TRY(value(depth)));
            skip_blanks();
        } while (take(','));
        return take(']') ? Result<>{} : wrong();
    }
    Result<> fill_map(Node &made, std::size_t depth) {
        made.kind = Node::Kind::map;
        H2K_CHECK(budget_.take(made, depth, 0));
        ++at_;
        skip_blanks();
        if (take('}'))
            return {};
        std::set<std::string> seen;
        do {
            skip_blanks();
            auto key = here();
            if (peek() != '"')
                return wrong();
            H2K_CHECK(fill_text(key));
            skip_blanks();
            if (!take(':'))
                return wrong();
            made.keys.push_back(std::move(key.value));
            H2K_CHECK(check_key(made, seen, key));
            made.items.push_back(H2K_TRY(value(depth)));
            skip_blanks();
        } while (take(','));
        return take('}') ? Result<>{} : wrong();
    }
    Result<> fill_text(Node &made) {
        made.at = ++at_;
        made.verbatim = true;
        for (; !take('"');) {
            const char c = peek();
            if (static_cast<unsigned char>(c) < 0x20) // among them the end
                return wrong();
            ++at_;
            if (c != '\\') {
                made.value += c;
                continue;
            }
            made.verbatim = false;
            if (!add_escaped(made.value))
                return wrong();
        }
        made.size = at_ - 1 - made.at;
        return {};
    }
    /// After a backslash.
    bool add_escaped(std::string &text) {
        constexpr std::string_view letters = "\"\\/bfnrt", meant = "\"\\/\b\f\n\r\t";
        if (take('u'))
            return add_unicode(text);
        const auto which = peek() == '\0' ? letters.npos : letters.find(peek());
        if (which == letters.npos)
            return false;
        ++at_;
        text += meant[which];
        return true;
    }
    bool add_unicode(std::string &text) {
        const auto first = hex();
        if (!first || *first == 0)
            return false;
        gunichar character = *first;
        if (character >= 0xd800 && character < 0xdc00) {
            const auto second = take('\\') && take('u') ? hex() : std::nullopt;
            if (!second || *second < 0xdc00 || *second > 0xdfff)
                return false;
            character = 0x10000 + ((character - 0xd800) << 10) + (*second - 0xdc00);
        } else if (character >= 0xdc00 && character <= 0xdfff)
            return false;
        char bytes[6];
        text.append(bytes, static_cast<std::size_t>(g_unichar_to_utf8(character, bytes)));
        return true;
    }
    /// Four hexadecimal digits.
    std::optional<gunichar> hex() {
        gunichar number = 0;
        for (int i = 0; i < 4; ++i, ++at_) {
            const int digit = g_ascii_xdigit_value(peek());
            if (digit < 0)
                return std::nullopt;
            number = number * 16 + static_cast<gunichar>(digit);
        }
        return number;
    }

    const std::string &text_;
    const std::string *name_;
    Budget budget_;
    std::size_t at_ = 0;
    unsigned line_ = 1;
};

} // namespace

Result<Document> read_json(const std::string &text, const std::string &name, const DocumentLimits &limits) {
    auto made = H2K_TRY(new_document(text, name, limits));
    made.root = H2K_TRY(JsonTree(text, made.name.get(), limits).document());
    return made;
}

} // namespace h2k
