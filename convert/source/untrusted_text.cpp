// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/source/untrusted_text.h"
#include "convert/base/mac.h"
#include "convert/base/owned.h"
#include "convert/base/text.h"
#include <algorithm>

namespace h2k {

namespace {

/// The hexadecimal digits of @text in lower case; "" where it has other characters than these and @between.
std::string digits_of(std::string_view text, std::string_view between) {
    std::string digits;
    for (const char c : text) {
        if (g_ascii_isxdigit(c))
            digits += g_ascii_tolower(c);
        else if (!between.contains(c))
            return {};
    }
    return digits;
}

} // namespace

std::string free_text(std::string_view text) {
    constexpr std::size_t longest = 8u << 10;
    const Owned<char> valid{g_utf8_make_valid(text.data(), static_cast<gssize>(text.size()))};
    std::string plain;
    for (const char *at = valid.get(); *at; at = g_utf8_next_char(at)) {
        const std::string_view bytes{at, static_cast<std::size_t>(g_utf8_next_char(at) - at)};
        const gunichar c = g_utf8_get_char(at);
        if (plain.size() + bytes.size() > longest)
            break;
        // XML 1.0, section 2.2: these two are not characters either.
        if (c == '\n' || c == '\t' || !(g_unichar_iscntrl(c) || c == 0xfffe || c == 0xffff))
            plain += bytes;
    }
    return std::string{trim(plain)};
}

std::string mac_address(std::string_view text) {
    auto mac = parse_mac(text);
    return is_mac_of_card(mac) ? mac : std::string{};
}

std::string uuid_of(std::string_view text) {
    auto digits = digits_of(trim(text), " -{}");
    if (digits.size() != 32 || std::ranges::all_of(digits, [](char c) { return c == '0'; }))
        return {};
    for (const std::size_t at : {20u, 16u, 12u, 8u})
        digits.insert(at, "-");
    return digits;
}

std::string vmware_serial(std::string_view uuid) {
    const auto digits = digits_of(uuid, "-");
    if (digits.size() != 32)
        return {};
    std::string serial = "VMware";
    for (std::size_t at = 0; at < digits.size(); at += 2) {
        serial += at == 0 || at == 16 ? '-' : ' ';
        serial += digits.substr(at, 2);
    }
    return serial;
}

} // namespace h2k
