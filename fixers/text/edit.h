// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include <concepts>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace h2k::text {

/// A value in a file: what it means, and the bytes of the file that spell it.
struct Piece {
    std::string value;            ///< escapes and quotes undone
    std::size_t at = 0, size = 0; ///< bytes of the file, quotes left out where the format has them around it
};

/// The words of @text, which is at the byte @at of the file, between blanks and tabs; quotes mean nothing.
[[nodiscard]] std::vector<Piece> words_of(std::string_view text, std::size_t at);
[[nodiscard]] inline std::vector<Piece> words_of(const Piece &piece) { return words_of(piece.value, piece.at); }

/// A line of a file with its place; without its line end.
struct Line {
    std::string_view content; ///< no '\n', and no '\r' before it
    std::size_t at = 0;       ///< of its first byte
    std::size_t size = 0;     ///< with its line end
};
[[nodiscard]] std::vector<Line> lines_of(std::string_view file);

/// A text that is gone before what is parsed from it: no parser that returns lines takes one.
template <typename T>
concept Temporary = std::same_as<T, std::string>;
template <Temporary T> std::vector<Line> lines_of(T &&) = delete;

/// Edits to one file that leave every other byte as it is.  Places are those of the unedited file.
class Edits {
  public:
    /// @text is written as it is: already escaped as the format asks.
    void replace(const Piece &piece, std::string text) { replace(piece.at, piece.size, std::move(text)); }
    void replace(std::size_t at, std::size_t size, std::string text);
    void insert(std::size_t at, std::string text) { replace(at, 0, std::move(text)); }
    void remove(const Line &line) { replace(line.at, line.size, {}); }
    [[nodiscard]] bool empty() const noexcept { return edits_.empty(); }
    /// @file with the edits; of two that overlap the first one made counts.
    [[nodiscard]] std::string applied(std::string_view file) const;

  private:
    struct Edit {
        std::size_t at, size;
        std::string text;
    };
    std::vector<Edit> edits_;
};

} // namespace h2k::text
