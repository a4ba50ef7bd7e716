// SPDX-License-Identifier: LGPL-2.1-or-later
#include "fixers/text/mdadm_conf.h"
#include "convert/base/text.h"
#include <algorithm>

namespace h2k::text {

namespace {

/// The end of a word: blanks within quotes are part of it (mdadm's config.c, conf_word()).
std::size_t end_of_word(std::string_view text, std::size_t at) {
    char quote = 0;
    for (; at < text.size(); ++at) {
        const char c = text[at];
        if (quote ? c == quote : c == '"' || c == '\'')
            quote = quote ? '\0' : c;
        else if (!quote && (c == ' ' || c == '\t'))
            break;
    }
    return at;
}

void add_words(const Line &line, std::vector<Piece> &words) {
    const auto text = line.content;
    for (auto at = text.find_first_not_of(" \t"); at != std::string_view::npos;) {
        if (text[at] == '#')
            return;
        const auto end = end_of_word(text, at);
        std::string value{text.substr(at, end - at)};
        std::erase_if(value, [](char c) { return c == '"' || c == '\''; });
        words.push_back({std::move(value), line.at + at, end - at});
        at = text.find_first_not_of(" \t", end);
    }
}

/// A keyword can be shortened to three letters or more.
std::string keyword(const std::string &word) {
    const auto plain = lower(word);
    for (const std::string_view known : {"array", "device"})
        if (plain.size() >= 3 && known.starts_with(plain))
            return std::string{known};
    return plain;
}

} // namespace

std::vector<MdadmLine> parse_mdadm_conf(std::string_view file) {
    std::vector<MdadmLine> found;
    for (const auto &line : lines_of(file)) {
        const bool continues = line.content.starts_with(' ') || line.content.starts_with('\t');
        std::vector<Piece> words;
        add_words(line, words);
        if (words.empty())
            continue;
        if (!continues || found.empty()) {
            found.push_back({keyword(words.front().value), {}, line.at, 0});
            words.erase(words.begin());
        }
        found.back().size = line.at + line.size - found.back().at;
        found.back().words.insert(found.back().words.end(), words.begin(), words.end());
    }
    return found;
}

std::string array_value(const MdadmLine &line, std::string_view name) {
    for (const auto &word : line.words)
        if (const auto equals = word.value.find('=');
            equals != std::string::npos && lower(std::string_view{word.value}.substr(0, equals)) == name)
            return word.value.substr(equals + 1);
    return {};
}

} // namespace h2k::text
