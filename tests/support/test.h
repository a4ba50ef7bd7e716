// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/error.h"
#include <string_view>

namespace h2k::test {

/// The value, or a test failure that prints the error.
template <typename T> T unwrap(Result<T> r, const char *file = __builtin_FILE(), int line = __builtin_LINE()) {
    if (!r)
        g_assertion_message(G_LOG_DOMAIN, file, line, "", r.error().message());
    if constexpr (!std::is_void_v<T>)
        return *std::move(r);
}

/// Keeps both texts alive while they are compared and printed.
inline void assert_equal(std::string_view a, std::string_view b, const char *file = __builtin_FILE(),
                         int line = __builtin_LINE()) {
    if (a == b)
        return;
    const std::string text = "got:\n" + std::string{a} + "\nexpected:\n" + std::string{b};
    g_assertion_message(G_LOG_DOMAIN, file, line, "", text.c_str());
}

/// The error of a result that must have failed with @code.
template <typename T> std::string message_of(const Result<T> &r, H2kError code) {
    g_assert_false(r.has_value());
    g_assert_cmpint(r.error().code(), ==, code);
    return r.error().message();
}

} // namespace h2k::test
