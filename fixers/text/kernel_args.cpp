// SPDX-License-Identifier: LGPL-2.1-or-later
#include "fixers/text/kernel_args.h"

namespace h2k::text {

namespace {

bool is_quote(char c) { return c == '"' || c == '\''; }

/// The end of the word that begins at @from.
std::size_t end_of_word(std::string_view text, std::size_t from) {
    for (std::size_t i = from; i < text.size(); ++i) {
        if (text[i] == ' ' || text[i] == '\t')
            return i;
        if (!is_quote(text[i]))
            continue;
        if (const auto closing = text.find(text[i], i + 1); closing != std::string_view::npos)
            i = closing;
    }
    return text.size();
}

/// Takes the quotes off "…", and reports how many bytes went in front.
std::string_view without_quotes(std::string_view text, std::size_t &at) {
    if (text.size() < 2 || !is_quote(text.front()) || text.back() != text.front())
        return text;
    ++at;
    return text.substr(1, text.size() - 2);
}

KernelArgument argument(std::string_view word, std::size_t at) {
    word = without_quotes(word, at);
    const auto equals = word.find('=');
    if (equals == std::string_view::npos)
        return {std::string{word}, {"", at + word.size(), 0}};
    std::size_t value_at = at + equals + 1;
    const auto value = without_quotes(word.substr(equals + 1), value_at);
    return {std::string{word.substr(0, equals)}, {std::string{value}, value_at, value.size()}};
}

} // namespace

std::vector<KernelArgument> kernel_arguments(std::string_view file, std::size_t at, std::size_t size) {
    std::vector<KernelArgument> found;
    const auto text = file.substr(at, size);
    constexpr std::string_view blanks = " \t";
    for (auto from = text.find_first_not_of(blanks); from != std::string_view::npos;) {
        const auto end = end_of_word(text, from);
        found.push_back(argument(text.substr(from, end - from), at + from));
        from = text.find_first_not_of(blanks, end);
    }
    return found;
}

std::vector<KernelArgument> kernel_arguments(std::string_view line) { return kernel_arguments(line, 0, line.size()); }

} // namespace h2k::text
