// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/direct/program/files/glob.h"
#include "convert/base/text.h"
#include <algorithm>
#include <cerrno>
#include <fnmatch.h>

namespace h2k {

namespace {

constexpr std::size_t most_paths = 60'000, most_alternatives = 1000, most_names = 4 << 20;

/// Position of the end of a bracket that begins at @at: its closing brace, or a comma on its own level.
std::size_t end_of_alternative(const std::string &pattern, std::size_t at) {
    unsigned depth = 0;
    for (; at < pattern.size(); ++at) {
        if (pattern[at] == '\\') {
            ++at;
        } else if (pattern[at] == '{') {
            ++depth;
        } else if (pattern[at] == '}') {
            if (depth-- == 0)
                return at;
        } else if (pattern[at] == ',' && depth == 0) {
            return at;
        }
    }
    return std::string::npos;
}

/// The first brace that is not quoted.
std::size_t find_brace(const std::string &pattern) {
    for (std::size_t at = 0; at < pattern.size(); ++at)
        if (pattern[at] == '\\')
            ++at;
        else if (pattern[at] == '{')
            return at;
    return std::string::npos;
}

/// Each of what the braces of @pattern stand for.
Outcome<> expand_braces(const std::string &pattern, std::vector<std::string> &all) {
    const auto open = find_brace(pattern);
    std::vector<std::string> choices;
    auto at = open;
    while (at != std::string::npos && (at == open || pattern[at] == ',')) {
        const auto begin = at + 1;
        at = end_of_alternative(pattern, begin);
        if (at != std::string::npos)
            choices.push_back(pattern.substr(begin, at - begin));
    }
    if (open == std::string::npos || at == std::string::npos) { // none that is closed
        if (all.size() >= most_alternatives)
            return failed(E2BIG);
        all.push_back(pattern);
        return {};
    }
    for (const auto &choice : choices)
        H2K_CHECK(expand_braces(pattern.substr(0, open) + choice + pattern.substr(at + 1), all));
    return {};
}

bool is_pattern(const std::string &part) {
    bool open = false;
    for (std::size_t at = 0; at < part.size(); ++at) {
        if (part[at] == '\\')
            ++at;
        else if (part[at] == '*' || part[at] == '?' || (part[at] == ']' && open))
            return true;
        else if (part[at] == '[')
            open = true;
    }
    return false;
}

std::string without_quotes(const std::string &part) {
    std::string plain;
    for (std::size_t at = 0; at < part.size(); ++at)
        plain += part[at] == '\\' && at + 1 < part.size() ? part[++at] : part[at];
    return plain;
}

/// One pattern without braces, part by part.
class Expansion {
  public:
    Expansion(const Tree &tree, std::size_t &work) : tree_(tree), work_(work) {}
    Outcome<> run(const std::string &pattern, std::vector<std::string> &found) {
        bool exact = false; // the paths are known to be there
        for (const auto &part : split(pattern, '/')) {
            if (part.empty())
                continue;
            if (is_pattern(part)) {
                H2K_CHECK(match(part));
            } else {
                for (auto &path : paths_)
                    path += "/" + without_quotes(part);
            }
            exact = is_pattern(part);
        }
        if (pattern.ends_with('/'))
            for (auto &path : paths_)
                path += "/";
        for (auto &path : paths_) {
            if (path.empty())
                path = "/";
            if (!(exact && !pattern.ends_with('/')) && !H2K_TRY(tree_.find(path, false)))
                continue;
            if (found.size() >= most_paths)
                return failed(E2BIG);
            found.push_back(std::move(path));
        }
        return {};
    }

  private:
    /// Replaces each path by the names in it that match.
    Outcome<> match(const std::string &part) {
        std::vector<std::string> longer;
        for (const auto &path : paths_) {
            const auto folder = H2K_TRY(tree_.find(path.empty() ? "/" : path));
            if (!folder || !S_ISDIR(folder->mode))
                continue;
            auto names = H2K_TRY(folder->system->list(folder->node));
            names.insert(names.end(), {".", ".."});
            work_ += names.size();
            for (const auto &name : names) {
                if (fnmatch(part.c_str(), name.c_str(), FNM_PERIOD) != 0)
                    continue;
                if (longer.size() >= most_paths || work_ > most_names)
                    return failed(E2BIG);
                longer.push_back(path + "/" + name);
            }
        }
        paths_ = std::move(longer);
        return {};
    }

    const Tree &tree_;
    std::size_t &work_;
    std::vector<std::string> paths_{std::string{}};
};

} // namespace

Outcome<std::vector<std::string>> glob_in(const Tree &tree, const std::string &pattern) {
    std::vector<std::string> patterns, found;
    H2K_CHECK(expand_braces(pattern, patterns));
    std::size_t work = 0;
    for (const auto &plain : patterns)
        H2K_CHECK((Expansion{tree, work}.run(plain, found)));
    std::ranges::sort(found);
    return found;
}

} // namespace h2k
