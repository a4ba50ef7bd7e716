// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/base/text.h"
#include "convert/base/owned.h"
#include <algorithm>
#include <ranges>

namespace h2k {

namespace {
constexpr std::string_view blanks = " \t";
}

std::vector<std::string> split(std::string_view text, char separator) {
    std::vector<std::string> parts;
    for (std::size_t from = 0;;) {
        const auto at = text.find(separator, from);
        parts.emplace_back(text.substr(from, at - from));
        if (at == std::string_view::npos)
            return parts;
        from = at + 1;
    }
}

std::vector<std::string> words(std::string_view text) {
    std::vector<std::string> found;
    for (auto at = text.find_first_not_of(blanks); at != std::string_view::npos;) {
        const auto end = std::min(text.find_first_of(blanks, at), text.size());
        found.emplace_back(text.substr(at, end - at));
        at = text.find_first_not_of(blanks, end);
    }
    return found;
}

std::vector<std::string> lines(std::string_view text) {
    if (text.empty())
        return {};
    auto all = split(text, '\n');
    if (all.back().empty())
        all.pop_back();
    for (auto &line : all)
        if (line.ends_with('\r'))
            line.pop_back();
    return all;
}

std::string_view trim(std::string_view text) {
    constexpr std::string_view space = " \t\r\n";
    const auto from = text.find_first_not_of(space);
    if (from == std::string_view::npos)
        return {};
    return text.substr(from, text.find_last_not_of(space) - from + 1);
}

std::string join(const std::vector<std::string> &parts, std::string_view between) {
    std::string all;
    for (const auto &part : parts) {
        if (&part != &parts.front())
            all += between;
        all += part;
    }
    return all;
}

std::string lower(std::string_view text) {
    std::string low{text};
    std::ranges::transform(low, low.begin(), g_ascii_tolower);
    return low;
}

std::string replace_all(std::string text, std::string_view from, std::string_view to) {
    if (from.empty())
        return text;
    for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
        text.replace(at, from.size(), to);
    return text;
}

std::string without_octal_escapes(std::string_view text) {
    std::string plain;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto code = text[i] == '\\' && i + 3 < text.size()
                              ? parse_number<unsigned char>(text.substr(i + 1, 3), 0, 255, 8)
                              : std::nullopt;
        plain += code ? static_cast<char>(*code) : text[i];
        i += code ? 3 : 0;
    }
    return plain;
}

bool consists_of(std::string_view text, std::string_view others) {
    return !text.empty() && std::ranges::all_of(text, [&](char c) { return g_ascii_isalnum(c) || others.contains(c); });
}

bool is_utf8(std::string_view text) { return g_utf8_validate_len(text.data(), text.size(), nullptr); }

bool has_control(std::string_view text) {
    for (const char *at = text.data(), *end = at + text.size(); at < end;) {
        const gunichar c = *at == '\0' ? 0 : g_utf8_get_char_validated(at, end - at);
        const bool valid = c < 0x110000;
        const auto type = valid ? g_unichar_type(c) : G_UNICODE_UNASSIGNED;
        if (type == G_UNICODE_CONTROL || type == G_UNICODE_LINE_SEPARATOR || type == G_UNICODE_PARAGRAPH_SEPARATOR)
            return true;
        at += valid ? g_utf8_skip[static_cast<unsigned char>(*at)] : 1;
    }
    return false;
}

bool has_control_byte(std::string_view text) {
    return std::ranges::any_of(text, [](char c) { return c != '\t' && g_ascii_iscntrl(c); });
}

std::string sha256_of(std::string_view content) {
    return Owned<char>{g_compute_checksum_for_data(G_CHECKSUM_SHA256, reinterpret_cast<const guchar *>(content.data()),
                                                   content.size())}
        .get();
}

std::string size_for_people(unsigned long long bytes) {
    return Owned<char>{g_format_size_full(bytes, G_FORMAT_SIZE_IEC_UNITS)}.get();
}

} // namespace h2k
