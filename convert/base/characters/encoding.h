// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace h2k {

/// Is @encoding the name of one that this host knows, and in which ASCII is ASCII, so that the structure of a text can
/// be seen before it is converted?
[[nodiscard]] bool has_ascii(const std::string &encoding);

/// @text as UTF-8; null where it is not valid in @encoding or holds a NUL.
[[nodiscard]] std::optional<std::string> converted(std::string_view text, const std::string &encoding);

/// @text as UTF-8, where it says itself that it is in @encoding; null where that cannot be.  What is UTF-8 stays as it
/// is where the encoding has one byte for each character: programs state such an encoding and still write UTF-8, and
/// no text of another encoding of this kind is UTF-8 by chance.
[[nodiscard]] std::optional<std::string> as_declared(std::string_view text, const std::string &encoding);

} // namespace h2k
