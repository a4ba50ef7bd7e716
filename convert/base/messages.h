// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include <glib.h>
#include <string>
#include <string_view>

namespace h2k {

/// A printf format filled in; translate the format at the caller with _().
[[nodiscard]] std::string sentence(const char *format, ...) G_GNUC_PRINTF(1, 2);

/// @text as valid UTF-8 without control characters, for messages; cut where it is very long.
[[nodiscard]] std::string printable(std::string_view text);

} // namespace h2k
