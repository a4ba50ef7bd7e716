// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/format/archive/program/packed_bytes.h"
#include <algorithm>

namespace h2k::fuzz {

/// Bytes in memory as the program that unpacks archives gets them: in pieces, and with places to go to.
class PackedInput final : public PackedBytes {
  public:
    explicit PackedInput(std::string_view bytes) : bytes_(bytes) {}
    Outcome<std::string_view> next() override {
        const auto piece = bytes_.substr(at_, piece_);
        at_ += piece.size();
        return piece;
    }
    std::uint64_t skip(std::uint64_t count) override {
        const auto step = std::min<std::uint64_t>(count, bytes_.size() - at_);
        at_ += static_cast<std::size_t>(step);
        return step;
    }
    std::optional<std::uint64_t> size() const override { return bytes_.size(); }
    void go_to(std::uint64_t offset) override {
        at_ = static_cast<std::size_t>(std::min<std::uint64_t>(offset, bytes_.size()));
    }

  private:
    static constexpr std::size_t piece_ = 4096;
    std::string_view bytes_;
    std::size_t at_ = 0;
};

} // namespace h2k::fuzz
