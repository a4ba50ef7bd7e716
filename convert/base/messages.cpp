// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/base/messages.h"
#include "convert/base/owned.h"
#include "convert/base/text.h"
#include <cstdarg>

namespace h2k {

std::string sentence(const char *format, ...) {
    va_list args;
    va_start(args, format);
    const Owned<char> text{g_strdup_vprintf(format, args)};
    va_end(args);
    return text.get();
}

/// Control characters, and those that turn the direction or the lines of what follows, as "?".
static std::string harmless(std::string_view text) {
    const Owned<char> valid{g_utf8_make_valid(text.data(), static_cast<gssize>(text.size()))};
    std::string shown;
    for (const char *at = valid.get(); *at; at = g_utf8_next_char(at)) {
        const gunichar c = g_utf8_get_char(at);
        const auto type = g_unichar_type(c);
        const bool misleads = g_unichar_iscntrl(c) || type == G_UNICODE_FORMAT || type == G_UNICODE_LINE_SEPARATOR ||
                              type == G_UNICODE_PARAGRAPH_SEPARATOR;
        shown += misleads ? std::string_view{"?"}
                          : std::string_view{at, static_cast<std::size_t>(g_utf8_next_char(at) - at)};
    }
    return shown;
}

std::string printable(std::string_view text) {
    constexpr std::size_t longest = 300;
    return harmless(text.substr(0, longest)) + (longest < text.size() ? "…" : "");
}

std::string one_line(std::string_view message) {
    return harmless(replace_all(join(lines(trim(message)), "\n"), "\n", " / "));
}

std::string last_words(std::string_view said) {
    constexpr std::size_t words_kept = 2u << 10, lines_kept = 10;
    const Owned<char> valid{g_utf8_make_valid(said.data(), static_cast<gssize>(said.size()))};
    std::string text{trim(valid.get())};
    for (auto &c : text)
        if (c == '\t' || c == '\r')
            c = ' ';
        else if ((static_cast<unsigned char>(c) < 0x20 && c != '\n') || c == 0x7f)
            c = '?';
    auto all = lines(text);
    if (all.size() > lines_kept)
        all.erase(all.begin(), all.end() - lines_kept);
    text = join(all, "\n");
    if (text.size() > words_kept) {
        const char *from = g_utf8_find_next_char(text.c_str() + (text.size() - words_kept), nullptr);
        text.erase(0, static_cast<std::size_t>(from - text.c_str()));
    }
    return text;
}

/// In the notation of bash, which other shells know too, so that each byte stands there as a character.
static std::string escaped_word(std::string_view word) {
    std::string quoted = "$'";
    for (const char c : word)
        quoted += c < ' ' || c > '~' || c == '\'' || c == '\\' ? sentence("\\%03o", static_cast<unsigned char>(c))
                                                               : std::string(1, c);
    return quoted + "'";
}

std::string word_for_shell(const std::string &word) {
    if (consists_of(word, "/._-+=:,@%"))
        return word;
    return harmless(word) == word ? Owned<char>{g_shell_quote(word.c_str())}.get() : escaped_word(word);
}

std::string line_for_shell(const std::vector<std::string> &argv) {
    std::vector<std::string> words;
    for (const auto &word : argv)
        words.push_back(word_for_shell(word));
    return join(words, " ");
}

} // namespace h2k
