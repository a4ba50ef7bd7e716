// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include <charconv>
#include <concepts>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace h2k {

/// Parts of @text between @separator, empty parts kept.
[[nodiscard]] std::vector<std::string> split(std::string_view text, char separator);
/// Words of @text between runs of blanks and tabs.
[[nodiscard]] std::vector<std::string> words(std::string_view text);
/// Lines of @text without their line ends; a last line without one counts, unless it is empty.
[[nodiscard]] std::vector<std::string> lines(std::string_view text);
[[nodiscard]] std::string_view trim(std::string_view text);
[[nodiscard]] std::string join(const std::vector<std::string> &parts, std::string_view between);
[[nodiscard]] std::string lower(std::string_view text);
[[nodiscard]] std::string replace_all(std::string text, std::string_view from, std::string_view to);
/// Is @text valid UTF-8 without NUL?
[[nodiscard]] bool is_utf8(std::string_view text);
/// Does @text hold a control character: one of C0 or C1, DEL, or a separator of lines or paragraphs?  Bytes that are
/// not valid UTF-8 are none.
[[nodiscard]] bool has_control(std::string_view text);
/// Does @text, in whatever encoding that has ASCII, hold a byte of C0 other than a tab, or DEL?
[[nodiscard]] bool has_control_byte(std::string_view text);
/// @text as a number: digits of @base and nothing else, no sign, no blanks.  Nothing if it is not a number, or not
/// within
/// @least and @most.
template <std::unsigned_integral T = std::uint64_t>
[[nodiscard]] std::optional<T> parse_number(std::string_view text, std::type_identity_t<T> least = 0,
                                            std::type_identity_t<T> most = std::numeric_limits<T>::max(),
                                            int base = 10) {
    T number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, base);
    if (error != std::errc{} || end != text.data() + text.size() || number < least || number > most)
        return std::nullopt;
    return number;
}
/// @text with each \NNN, a backslash and three octal digits, as the byte that it means: getmntent(3), proc(5).
[[nodiscard]] std::string without_octal_escapes(std::string_view text);
/// Does @text consist of ASCII letters, digits and @others only?  False if it is empty.
[[nodiscard]] bool consists_of(std::string_view text, std::string_view others);
/// SHA-256 of @content, in hexadecimal digits.
[[nodiscard]] std::string sha256_of(std::string_view content);
/// 1610612736 as "1.5 GiB".
[[nodiscard]] std::string size_for_people(unsigned long long bytes);

} // namespace h2k
