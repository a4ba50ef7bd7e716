// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/plan/undo_diff.h"
#include "convert/base/secrets/mask.h"
#include <charconv>
#include <string_view>
#include <vector>

namespace h2k {

namespace {

/// With their line ends, of which the last may be missing.
std::vector<std::string_view> whole_lines(std::string_view text) {
    std::vector<std::string_view> lines;
    while (!text.empty()) {
        const auto end = text.find('\n');
        const auto length = end == std::string_view::npos ? text.size() : end + 1;
        lines.push_back(text.substr(0, length));
        text.remove_prefix(length);
    }
    return lines;
}

/// The lines of one side that a hunk is of.
struct Range {
    std::size_t start = 0, count = 1;
};

bool read_number(std::string_view &text, std::size_t &number) {
    const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
    if (read.ec != std::errc{} || number > (1u << 30))
        return false;
    text.remove_prefix(static_cast<std::size_t>(read.ptr - text.data()));
    return true;
}

bool read_range(std::string_view &text, std::string_view before, Range &range) {
    if (!text.starts_with(before))
        return false;
    text.remove_prefix(before.size());
    if (!read_number(text, range.start))
        return false;
    if (!text.starts_with(','))
        return true;
    text.remove_prefix(1);
    return read_number(text, range.count);
}

/// Is @line of a diff, in which secrets are hidden, the line @now of the file?
bool is_line(std::string_view now, std::string_view line) { return now == line || without_secrets(now) == line; }

class DiffUndo {
  public:
    DiffUndo(std::string_view now, std::string_view diff) : now_(whole_lines(now)), diff_(whole_lines(diff)) {}
    std::optional<std::string> text();

  private:
    bool take_hunk();
    bool take_line(Range &was, Range &is);
    bool copy_until(std::size_t line) {
        if (line < at_ || line > now_.size())
            return false;
        while (at_ < line)
            was_ += now_[at_++];
        return true;
    }

    std::vector<std::string_view> now_, diff_;
    std::size_t at_ = 0, next_ = 2; ///< after the names of the two files
    std::string was_;
};

bool DiffUndo::take_line(Range &was, Range &is) {
    auto line = diff_[next_++];
    const char side = line.front();
    line.remove_prefix(1);
    // "\ No newline at end of file"
    if (next_ < diff_.size() && diff_[next_].front() == '\\') {
        line.remove_suffix(line.ends_with('\n') ? 1 : 0);
        ++next_;
    }
    if (side != ' ' && side != '-' && side != '+')
        return false;
    if (side != '-' && (is.count-- == 0 || at_ >= now_.size() || !is_line(now_[at_++], line)))
        return false;
    if (side != '+') {
        if (was.count-- == 0)
            return false;
        was_ += side == ' ' ? now_[at_ - 1] : line;
    }
    return true;
}

bool DiffUndo::take_hunk() {
    Range was, is;
    auto head = diff_[next_++];
    if (!read_range(head, "@@ -", was) || !read_range(head, " +", is) || !head.starts_with(" @@"))
        return false;
    // Of no lines, the start is the line before.
    if (!copy_until(is.count == 0 || is.start == 0 ? is.start : is.start - 1))
        return false;
    while (was.count > 0 || is.count > 0)
        if (next_ >= diff_.size() || !take_line(was, is))
            return false;
    return true;
}

std::optional<std::string> DiffUndo::text() {
    while (next_ < diff_.size())
        if (!take_hunk())
            return std::nullopt;
    copy_until(now_.size());
    return was_;
}

} // namespace

std::optional<std::string> undo_diff(const std::string &now, const std::string &diff) {
    return DiffUndo{now, diff}.text();
}

} // namespace h2k
