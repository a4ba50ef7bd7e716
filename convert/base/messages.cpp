// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/base/messages.h"
#include "convert/base/owned.h"
#include <cstdarg>

namespace h2k {

std::string sentence(const char *format, ...) {
    va_list args;
    va_start(args, format);
    const Owned<char> text{g_strdup_vprintf(format, args)};
    va_end(args);
    return text.get();
}

std::string printable(std::string_view text) {
    constexpr std::size_t longest = 300;
    const auto kept = text.substr(0, longest);
    const Owned<char> valid{g_utf8_make_valid(kept.data(), static_cast<gssize>(kept.size()))};
    std::string shown;
    for (const char *at = valid.get(); *at; at = g_utf8_next_char(at)) {
        const gunichar c = g_utf8_get_char(at);
        const auto type = g_unichar_type(c);
        const bool misleads = g_unichar_iscntrl(c) || type == G_UNICODE_FORMAT || type == G_UNICODE_LINE_SEPARATOR ||
                              type == G_UNICODE_PARAGRAPH_SEPARATOR;
        shown += misleads ? std::string_view{"?"}
                          : std::string_view{at, static_cast<std::size_t>(g_utf8_next_char(at) - at)};
    }
    return kept.size() < text.size() ? shown + "…" : shown;
}

} // namespace h2k
