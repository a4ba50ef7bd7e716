// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/inspect/version_order.h"
#include <algorithm>
#include <glib.h>

namespace h2k {

namespace {

enum class Kind { early, end, letters, number };

struct Part {
    Kind kind = Kind::end;
    std::string_view text; ///< of a number: without leading zeros
};

std::string_view take_while(std::string_view &text, auto &&wanted) {
    const auto end = std::ranges::find_if_not(text, wanted) - text.begin();
    const auto taken = text.substr(0, static_cast<std::size_t>(end));
    text.remove_prefix(taken.size());
    return taken;
}

Part take_part(std::string_view &text) {
    take_while(text, [](char c) { return !g_ascii_isalnum(c) && c != '~'; });
    if (text.empty())
        return {};
    if (text.front() == '~') {
        text.remove_prefix(1);
        return {.kind = Kind::early};
    }
    if (g_ascii_isdigit(text.front())) {
        take_while(text, [](char c) { return c == '0'; });
        return {.kind = Kind::number, .text = take_while(text, [](char c) { return g_ascii_isdigit(c); })};
    }
    const auto word = take_while(text, [](char c) { return g_ascii_isalpha(c); });
    return {.kind = word == "rc" ? Kind::early : Kind::letters, .text = word};
}

} // namespace

std::weak_ordering version_order(std::string_view a, std::string_view b) {
    for (;;) {
        const auto left = take_part(a);
        const auto right = take_part(b);
        if (const auto order = left.kind <=> right.kind; order != 0)
            return order;
        if (left.kind == Kind::end)
            return std::weak_ordering::equivalent;
        // Without leading zeros the longer number is the larger, so no value can overflow.
        if (left.kind == Kind::number)
            if (const auto order = left.text.size() <=> right.text.size(); order != 0)
                return order;
        if (const auto order = left.text.compare(right.text) <=> 0; order != 0)
            return order;
    }
}

} // namespace h2k
