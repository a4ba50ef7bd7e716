// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "fixers/text/edit.h"
#include <cstdlib>
#include <string_view>

namespace h2k::fuzz {

inline void require(bool holds) {
    if (!holds)
        std::abort();
}

inline std::string_view text_of(const unsigned char *data, std::size_t size) {
    return {reinterpret_cast<const char *>(data), size};
}

/// Edits that write what is there already: each has to lie in the file, and all of them together change nothing.
class SameBytes {
  public:
    explicit SameBytes(std::string_view file) : file_(file) {}
    void add(std::size_t at, std::size_t size) {
        require(at <= file_.size() && size <= file_.size() - at);
        edits_.replace(at, size, std::string{file_.substr(at, size)});
    }
    void add(const text::Piece &piece) { add(piece.at, piece.size); }
    /// One whose bytes are its value as it stands.
    void add_plain(const text::Piece &piece) {
        add(piece);
        require(file_.substr(piece.at, piece.size) == piece.value);
    }
    void add(const text::Line &line) {
        add(line.at, line.size);
        require(file_.substr(line.at, line.content.size()) == line.content);
    }
    void check() const { require(edits_.applied(file_) == file_); }

  private:
    std::string_view file_;
    text::Edits edits_;
};

} // namespace h2k::fuzz
