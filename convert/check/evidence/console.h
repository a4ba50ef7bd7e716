// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include <functional>
#include <string>
#include <string_view>

namespace h2k {

/// Converts serial output to lines of text: escape sequences and control characters are removed; a carriage return, a
/// line feed or a jump of the cursor ends a line.
class ConsoleText {
  public:
    /// @bytes: the next piece; may end anywhere.  @on_line gets each line that is complete and not empty.
    void take(std::string_view bytes, const std::function<void(std::string_view line)> &on_line);
    /// The line that has not ended yet: a prompt, for example.
    [[nodiscard]] const std::string &open_line() const { return line_; }

  private:
    enum class In { text, escape, sequence, title };
    void escape_ends(char c, const std::function<void(std::string_view)> &on_line);
    void line_ends(const std::function<void(std::string_view)> &on_line);
    In in_ = In::text;
    std::string line_;
};

/// A boot that has stopped for good.
struct DeadEnd {
    const char *meaning = nullptr; ///< a sentence; null: @line is no sign of one
    bool services_run = false;     ///< systemd still runs, so that the probe may still report
};
[[nodiscard]] DeadEnd dead_end(std::string_view line);

/// Does it begin with a login prompt, "NAME login:"?  What a service or the kernel writes may follow on the same line.
[[nodiscard]] bool is_login_prompt(std::string_view line);

} // namespace h2k
