// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace h2k {

/// Parts of @text between @separator, empty parts kept.
[[nodiscard]] std::vector<std::string> split(std::string_view text, char separator);
/// Words of @text between runs of blanks and tabs.
[[nodiscard]] std::vector<std::string> words(std::string_view text);
/// Lines of @text without their line ends; a last line without one counts, an empty rest does not.
[[nodiscard]] std::vector<std::string> lines(std::string_view text);
[[nodiscard]] std::string_view trim(std::string_view text);
[[nodiscard]] std::string join(const std::vector<std::string> &parts, std::string_view between);
[[nodiscard]] std::string lower(std::string_view text);
[[nodiscard]] std::string replace_all(std::string text, std::string_view from, std::string_view to);
/// Is @text valid UTF-8 without NUL?
[[nodiscard]] bool is_utf8(std::string_view text);
/// SHA-256 of @content, in hexadecimal digits.
[[nodiscard]] std::string sha256_of(std::string_view content);
/// 1610612736 as "1.5 GiB".
[[nodiscard]] std::string size_for_people(unsigned long long bytes);

} // namespace h2k
