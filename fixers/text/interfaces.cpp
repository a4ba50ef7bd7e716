// SPDX-License-Identifier: LGPL-2.1-or-later
#include "fixers/text/interfaces.h"
#include <algorithm>
#include <iterator>

namespace h2k::text {

namespace {

/// The words of a line and of its continuation lines.
std::vector<Piece> continued_words(const std::vector<Line> &lines, std::size_t &number) {
    std::vector<Piece> words;
    for (;; ++number) {
        auto text = lines[number].content;
        const bool goes_on = text.ends_with('\\') && number + 1 < lines.size();
        if (text.ends_with('\\'))
            text.remove_suffix(1);
        std::ranges::move(words_of(text, lines[number].at), std::back_inserter(words));
        if (!goes_on)
            return words;
    }
}

std::vector<std::string> values(const std::vector<Piece> &words) {
    std::vector<std::string> found;
    for (std::size_t i = 1; i < words.size(); ++i)
        found.push_back(words[i].value);
    return found;
}

} // namespace

InterfacesFile parse_interfaces(std::string_view file) {
    InterfacesFile found;
    const auto lines = lines_of(file);
    bool in_stanza = false;
    for (std::size_t number = 0; number < lines.size(); ++number) {
        const auto begin = number;
        const auto words = continued_words(lines, number);
        if (words.empty() || words[0].value.starts_with('#'))
            continue;
        const auto &first = words[0].value;
        const auto rest = values(words);
        const bool starts = first == "auto" || first.starts_with("allow-");
        if (first == "iface") {
            in_stanza = rest.size() >= 1;
            if (in_stanza)
                found.stanzas.push_back({rest[0], rest.size() > 1 ? rest[1] : "", rest.size() > 2 ? rest[2] : "", {}});
        } else if (starts || first == "mapping" || first == "rename" || first == "template" ||
                   first.starts_with("source") || first.starts_with("no-")) {
            in_stanza = false;
            if (starts)
                found.started.insert(found.started.end(), rest.begin(), rest.end());
            if (first == "mapping")
                found.mapped.insert(found.mapped.end(), rest.begin(), rest.end());
            if (first == "rename")
                found.renamed.insert(found.renamed.end(), words.begin() + 1, words.end());
            for (const auto &pattern : rest)
                if (first.starts_with("source"))
                    found.sources.push_back(first == "source-directory" ? pattern + "/*" : pattern);
        } else if (in_stanza)
            found.stanzas.back().options.push_back({first,
                                                    {words.begin() + 1, words.end()},
                                                    begin == number ? std::optional{lines[begin]} : std::nullopt});
    }
    return found;
}

} // namespace h2k::text
