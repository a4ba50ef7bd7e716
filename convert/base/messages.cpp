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
    for (const char c : std::string_view{valid.get()})
        shown += g_ascii_iscntrl(c) ? '?' : c;
    return kept.size() < text.size() ? shown + "…" : shown;
}

} // namespace h2k
