// SPDX-License-Identifier: LGPL-2.1-or-later
#include "fixers/text/file_contexts.h"
#include "convert/base/text.h"
#include "fixers/text/expression.h"
#include <algorithm>
#include <glib.h>
#include <ranges>

namespace h2k::text {

namespace {

constexpr std::size_t most_rules = 20000, most_subs = 1000, longest_pattern = 4096, longest_label = 255;

/// The characters that make a path a pattern, as in libselinux.
constexpr std::string_view meta = ".^$?*+|[({";

bool is_label(const std::string &text) {
    return text.size() <= longest_label && text.contains(':') &&
           std::ranges::all_of(text, [](char c) { return g_ascii_isgraph(c); });
}

/// The literal start of @pattern; a character before '?', '*' or '{' is not part of it.
std::string stem_of(const std::string &pattern) {
    if (pattern.contains('|'))
        return {};
    std::string stem;
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        const char c = pattern[i];
        if (c == '\\') {
            if (i + 1 >= pattern.size() || g_ascii_isalnum(pattern[i + 1]))
                break; // a class of characters
            stem += pattern[++i];
        } else if (meta.contains(c)) {
            if ((c == '?' || c == '*' || c == '{') && !stem.empty())
                stem.pop_back();
            break;
        } else
            stem += c;
    }
    return stem;
}

bool is_exact(const std::string &pattern) {
    for (std::size_t i = 0; i < pattern.size(); ++i)
        if (pattern[i] == '\\')
            ++i;
        else if (meta.contains(pattern[i]))
            return false;
    return true;
}

} // namespace

void FileContexts::add_rules(std::string_view file) {
    for (const auto &line : lines(file)) {
        const auto parts = words(line);
        if (parts.size() < 2 || parts.size() > 3 || parts[0][0] == '#' || rules_.size() >= most_rules)
            continue;
        const auto &type = parts[1];
        const bool typed = parts.size() == 3;
        if (typed && (type.size() != 2 || type[0] != '-' || !std::string_view{"-dlbcps"}.contains(type[1])))
            continue;
        if (parts[0].size() > longest_pattern || (parts.back() != "<<none>>" && !is_label(parts.back())))
            continue;
        rules_.push_back({.pattern = parts[0],
                          .stem = stem_of(parts[0]),
                          .label = parts.back(),
                          .type = typed ? type[1] : '\0',
                          .exact = is_exact(parts[0])});
    }
}

void FileContexts::read_substitutes(std::string_view file, Substitutes &into) {
    for (const auto &line : lines(file)) {
        const auto parts = words(line);
        if (parts.size() >= 2 && parts[0][0] == '/' && parts[1][0] == '/' && into.size() < most_subs)
            into.emplace_back(parts[0], parts[1]);
    }
}

void FileContexts::add_subs(std::string_view file) { read_substitutes(file, subs_); }
void FileContexts::add_subs_dist(std::string_view file) { read_substitutes(file, subs_dist_); }

/// The last line that names a folder above the path wins.
std::optional<std::string> FileContexts::substituted(const Substitutes &from, const std::string &path) {
    for (const auto &[folder, other] : from | std::views::reverse) {
        if (!path.starts_with(folder) || (path.size() > folder.size() && path[folder.size()] != '/'))
            continue;
        const auto rest = path.substr(folder.size());
        return other == "/" && !rest.empty() ? rest : other + rest;
    }
    return std::nullopt;
}

/// The policy of a hostile guest can have a pattern that takes forever to match: beyond the limits it does not fit.
bool FileContexts::fits(const Rule &rule, const std::string &path) {
    if (!path.starts_with(rule.stem))
        return false;
    if (rule.exact)
        return path == rule.stem;
    const auto pattern = "(*LIMIT_MATCH=100000)(*LIMIT_DEPTH=1000)^" + rule.pattern + "$";
    const Owned<GRegex> regex{g_regex_new(pattern.c_str(),
                                          static_cast<GRegexCompileFlags>(G_REGEX_DOTALL | G_REGEX_RAW),
                                          G_REGEX_MATCH_DEFAULT, nullptr)};
    return regex && g_regex_match_full(regex.get(), path.c_str(), static_cast<gssize>(path.size()), 0,
                                       G_REGEX_MATCH_DEFAULT, nullptr, nullptr);
}

std::optional<std::string> FileContexts::label(const std::string &path, Type type) const {
    const auto own = substituted(subs_, path).value_or(path);
    const auto key = substituted(subs_dist_, own).value_or(own);
    const char sign = type == Type::folder ? 'd' : type == Type::link ? 'l' : '-';
    for (const bool exact : {true, false})
        for (const auto &rule : rules_ | std::views::reverse)
            if (rule.exact == exact && (!rule.type || rule.type == sign) && fits(rule, key))
                return rule.label == "<<none>>" ? std::nullopt : std::optional{rule.label};
    return std::nullopt;
}

} // namespace h2k::text
