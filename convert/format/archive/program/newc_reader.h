// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/format/archive/program/failure.h"
#include <cstdint>
#include <string>
#include <string_view>

namespace h2k {

/// The names of one image: of all its archives together, for that is what is bounded.
struct ImageNames {
    std::string names; ///< each followed by a null byte
    std::size_t count = 0;
};

/// A Failure of damaged data, with the reason @text.
[[nodiscard]] inline std::unexpected<Failure> damaged(std::string text) {
    return std::unexpected(Failure{.why = ArchiveFailure::damaged, .text = std::move(text)});
}

/// Collects the names in a stream of cpio archives (newc) that arrives in pieces of any size.
class NewcReader {
  public:
    explicit NewcReader(ImageNames &found) noexcept : found_(found) {}
    /// Takes @piece and returns how much of it was used: all, or less where something that is not an archive begins.
    [[nodiscard]] Outcome<std::size_t> take(std::string_view piece);
    /// Is the stream between two archives or two of their members, where it may end?
    [[nodiscard]] bool may_end() const noexcept { return skip_ == 0 && held_.empty(); }

  private:
    [[nodiscard]] Outcome<void> header();
    [[nodiscard]] Outcome<void> member();

    ImageNames &found_;
    std::string held_;          ///< a header, then its name, as far as they came
    std::size_t wanted_ = 0;    ///< bytes of held_ that make it whole; 0: between members
    std::uint64_t skip_ = 0;    ///< bytes of content and padding still to pass over
    std::uint64_t content_ = 0; ///< of the member being read
    unsigned mode_ = 0;
    std::size_t name_size_ = 0;
    bool between_ = true;
};

} // namespace h2k
