// SPDX-License-Identifier: LGPL-2.1-or-later
#include "fixers/text/udev_rules.h"
#include "convert/base/text.h"
#include <algorithm>

namespace h2k::text {

namespace {

/// Parses one term at @from and moves past it; false: none.
bool take_term(const Line &line, std::size_t &from, UdevTerm &term) {
    const auto text = line.content;
    from = text.find_first_not_of(" \t,", from);
    if (from == std::string_view::npos)
        return false;
    const auto op = text.find_first_of("=!+-:", from);
    const auto quote = text.find('"', from);
    if (op == std::string_view::npos || quote == std::string_view::npos || quote < op)
        return false;
    const auto closing = text.find('"', quote + 1);
    if (closing == std::string_view::npos)
        return false;
    term.key = trim(text.substr(from, op - from));
    term.op = trim(text.substr(op, quote - op));
    term.value = {std::string{text.substr(quote + 1, closing - quote - 1)}, line.at + quote + 1, closing - quote - 1};
    from = closing + 1;
    return true;
}

} // namespace

const UdevTerm *UdevRule::term(std::string_view key, std::string_view op) const {
    const auto found = std::ranges::find_if(terms, [&](const UdevTerm &t) { return t.key == key && t.op == op; });
    return found == terms.end() ? nullptr : &*found;
}

std::vector<UdevRule> parse_udev_rules(std::string_view file) {
    std::vector<UdevRule> rules;
    bool goes_on = false;
    for (const auto &line : lines_of(file)) {
        const bool part = goes_on;
        goes_on = line.content.ends_with('\\');
        if (part || goes_on || trim(line.content).starts_with('#'))
            continue;
        UdevRule rule{{}, line};
        std::size_t from = 0;
        for (UdevTerm term; take_term(line, from, term);)
            rule.terms.push_back(term);
        if (!rule.terms.empty())
            rules.push_back(std::move(rule));
    }
    return rules;
}

} // namespace h2k::text
