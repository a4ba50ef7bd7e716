// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/base/characters/encoding.h"
#include "convert/base/owned.h"
#include "convert/base/text.h"
#include <algorithm>
#include <glib.h>

namespace h2k {

bool has_ascii(const std::string &encoding) {
    constexpr std::string_view ascii = ".encoding = \"ABCXYZabcxyz0189\"#|:<?/>\n";
    constexpr std::size_t longest = 40;
    return encoding.size() <= longest && consists_of(encoding, "-_:.") && converted(ascii, encoding) == ascii;
}

std::optional<std::string> converted(std::string_view text, const std::string &encoding) {
    gsize length = 0;
    const Owned<char> utf8{
        g_convert(text.data(), static_cast<gssize>(text.size()), "UTF-8", encoding.c_str(), nullptr, &length, nullptr)};
    if (!utf8 || !is_utf8({utf8.get(), length}))
        return std::nullopt;
    return std::string{utf8.get(), length};
}

std::optional<std::string> as_declared(std::string_view text, const std::string &encoding) {
    const bool utf8 = is_utf8(text);
    if (encoding.empty() || std::ranges::all_of(text, [](char c) { return g_ascii_isprint(c) || g_ascii_isspace(c); }))
        return utf8 ? std::optional<std::string>{text} : std::nullopt;
    auto plain = has_ascii(encoding) ? converted(text, encoding) : std::nullopt;
    const bool one_each =
        plain && g_utf8_strlen(plain->data(), static_cast<gssize>(plain->size())) == static_cast<glong>(text.size());
    return utf8 && (!plain || one_each) ? std::optional<std::string>{text} : plain;
}

} // namespace h2k
