// SPDX-License-Identifier: LGPL-2.1-or-later
#include "fixers/text/expression.h"

namespace h2k::text {

std::optional<Expression> Expression::compile(const std::string &expression) {
    const auto limited = "(*LIMIT_MATCH=10000)(*LIMIT_DEPTH=1000)" + expression;
    Owned<GRegex> regex{g_regex_new(limited.c_str(), G_REGEX_RAW, G_REGEX_MATCH_DEFAULT, nullptr)};
    return regex ? std::optional{Expression{std::move(regex)}} : std::nullopt;
}

bool Expression::fits(const std::string &name) const {
    return g_regex_match_full(regex_.get(), name.c_str(), static_cast<gssize>(name.size()), 0, G_REGEX_MATCH_DEFAULT,
                              nullptr, nullptr);
}

} // namespace h2k::text
