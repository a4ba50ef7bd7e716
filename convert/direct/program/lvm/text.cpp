// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/direct/program/lvm/text.h"
#include "convert/base/i18n.h"
#include "convert/base/text.h"
#include <algorithm>

namespace h2k {

namespace {

constexpr std::size_t most_items = 1u << 16; ///< of keys, values and sections
constexpr unsigned deepest = 8;              ///< a volume group has four levels

class Parser {
  public:
    explicit Parser(std::string_view text) : rest_(text) {}
    Result<LvmSection> whole() {
        LvmSection root;
        H2K_CHECK(fill(root, 0));
        if (!rest_.empty())
            return malformed();
        return root;
    }

  private:
    static std::unexpected<Error> malformed() {
        return fail(H2K_ERROR_SOURCE, "%s", _("LVM's metadata is malformed."));
    }

    /// Blanks, line ends and comments.
    void skip() {
        while (!rest_.empty()) {
            if (rest_.front() == '#')
                rest_.remove_prefix(std::min(rest_.find('\n'), rest_.size()));
            else if (g_ascii_isspace(rest_.front()))
                rest_.remove_prefix(1);
            else
                return;
        }
    }

    bool take(char c) {
        skip();
        if (!rest_.starts_with(c))
            return false;
        rest_.remove_prefix(1);
        return true;
    }

    Result<> count() {
        if (++items_ > most_items)
            return malformed();
        return {};
    }

    /// A name or a number.
    Result<std::string> word() {
        skip();
        const auto ends = std::ranges::find_if(rest_, [](char c) {
            return !g_ascii_isalnum(c) && std::string_view{"_-.+:@/"}.find(c) == std::string_view::npos;
        });
        const std::string taken{rest_.begin(), ends};
        rest_.remove_prefix(taken.size());
        H2K_CHECK(count());
        if (taken.empty())
            return malformed();
        return taken;
    }

    Result<std::string> scalar() {
        if (!take('"'))
            return word();
        std::string taken;
        while (!rest_.empty() && rest_.front() != '"') {
            if (rest_.front() == '\\' && rest_.size() > 1)
                rest_.remove_prefix(1);
            taken += rest_.front();
            rest_.remove_prefix(1);
        }
        H2K_CHECK(count());
        if (!take('"'))
            return malformed();
        return taken;
    }

    Result<std::vector<std::string>> value() {
        std::vector<std::string> values;
        if (!take('[')) {
            values.push_back(H2K_TRY(scalar()));
            return values;
        }
        while (!take(']')) {
            if (!values.empty() && !take(','))
                return malformed();
            if (take(']')) // after a comma
                break;
            values.push_back(H2K_TRY(scalar()));
        }
        return values;
    }

    /// What is in @section, up to its end.
    Result<> fill(LvmSection &section, unsigned depth) {
        if (depth > deepest)
            return malformed();
        for (skip(); !rest_.empty() && rest_.front() != '}'; skip()) {
            auto name = H2K_TRY(word());
            if (take('=')) {
                if (!section.values.emplace(std::move(name), H2K_TRY(value())).second)
                    return malformed();
                continue;
            }
            if (!take('{') || section.section(name))
                return malformed();
            section.sections.emplace_back().name = std::move(name);
            H2K_CHECK(fill(section.sections.back(), depth + 1));
            if (!take('}'))
                return malformed();
        }
        return {};
    }

    std::string_view rest_;
    std::size_t items_ = 0;
};

} // namespace

const LvmSection *LvmSection::section(std::string_view wanted) const {
    const auto found = std::ranges::find(sections, wanted, &LvmSection::name);
    return found == sections.end() ? nullptr : &*found;
}

std::optional<std::string> LvmSection::text(std::string_view key) const {
    const auto found = values.find(key);
    if (found == values.end() || found->second.size() != 1)
        return std::nullopt;
    return found->second.front();
}

std::optional<std::uint64_t> LvmSection::number(std::string_view key) const {
    const auto said = text(key);
    return said ? parse_number(*said) : std::nullopt;
}

std::vector<std::string> LvmSection::list(std::string_view key) const {
    const auto found = values.find(key);
    return found == values.end() ? std::vector<std::string>{} : found->second;
}

Result<LvmSection> parse_lvm_text(std::string_view text) { return Parser{text}.whole(); }

} // namespace h2k
