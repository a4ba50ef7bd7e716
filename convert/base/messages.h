// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include <glib.h>
#include <string>
#include <string_view>
#include <vector>

namespace h2k {

/// A printf format filled in; translate the format at the caller with _().
[[nodiscard]] std::string sentence(const char *format, ...) G_GNUC_PRINTF(1, 2);

/// @text as valid UTF-8 without control characters, for messages; cut where it is very long.
[[nodiscard]] std::string printable(std::string_view text);

/// A message as one line that cannot mislead: valid UTF-8 without control characters, with " / " between its lines.
/// Errors and notices are such: what they name may come from a guest, or be the name of a file.
[[nodiscard]] std::string one_line(std::string_view message);

/// What a program said that reads a guest's bytes or is the guest's, fit to show: valid UTF-8, no control characters,
/// at most the last ten lines and 2 KiB.
[[nodiscard]] std::string last_words(std::string_view said);

/// @word as a shell reads it from a line that was printed and copied.
[[nodiscard]] std::string word_for_shell(const std::string &word);
/// The same of the words of a command.
[[nodiscard]] std::string line_for_shell(const std::vector<std::string> &argv);

} // namespace h2k
