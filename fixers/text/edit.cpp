// SPDX-License-Identifier: LGPL-2.1-or-later
#include "fixers/text/edit.h"
#include <algorithm>

namespace h2k::text {

std::vector<Piece> words_of(std::string_view text, std::size_t at) {
    constexpr std::string_view blanks = " \t";
    std::vector<Piece> found;
    for (auto from = text.find_first_not_of(blanks); from != std::string_view::npos;) {
        const auto end = std::min(text.find_first_of(blanks, from), text.size());
        found.push_back({std::string{text.substr(from, end - from)}, at + from, end - from});
        from = text.find_first_not_of(blanks, end);
    }
    return found;
}

std::vector<Line> lines_of(std::string_view file) {
    std::vector<Line> found;
    found.reserve(static_cast<std::size_t>(std::ranges::count(file, '\n')) + 1);
    for (std::size_t at = 0; at < file.size();) {
        const auto end = std::min(file.find('\n', at), file.size());
        const auto next = std::min(end + 1, file.size());
        auto content = file.substr(at, end - at);
        if (content.ends_with('\r'))
            content.remove_suffix(1);
        found.push_back({content, at, next - at});
        at = next;
    }
    return found;
}

void Edits::replace(std::size_t at, std::size_t size, std::string text) {
    edits_.push_back({at, size, std::move(text)});
}

std::string Edits::applied(std::string_view file) const {
    auto sorted = edits_;
    std::ranges::stable_sort(sorted, {}, &Edit::at);
    std::string result;
    std::size_t done = 0;
    for (const auto &edit : sorted) {
        if (edit.at < done || edit.at + edit.size > file.size())
            continue;
        result += file.substr(done, edit.at - done);
        result += edit.text;
        done = edit.at + edit.size;
    }
    return result += file.substr(done);
}

} // namespace h2k::text
