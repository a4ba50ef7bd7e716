// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/direct/disk/disk.h"
#include <algorithm>
#include <string>

namespace h2k::test {

/// A device in memory: what it begins with, and zeros after that.
class MemoryBytes : public Bytes {
  public:
    MemoryBytes(std::string start, std::uint64_t size) : start_(std::move(start)), size_(size) {}
    [[nodiscard]] std::uint64_t size() const override { return size_; }
    [[nodiscard]] Result<> read(std::uint64_t offset, std::span<char> to) override {
        if (offset > size_ || to.size() > size_ - offset)
            return fail(H2K_ERROR_SOURCE, "beyond the end");
        const auto from = std::min<std::uint64_t>(offset, start_.size());
        const auto copied = std::min<std::uint64_t>(to.size(), start_.size() - from);
        std::copy_n(start_.begin() + static_cast<std::ptrdiff_t>(from), copied, to.begin());
        std::fill(to.begin() + static_cast<std::ptrdiff_t>(copied), to.end(), '\0');
        return {};
    }
    [[nodiscard]] Result<> write(std::uint64_t, std::string_view) override {
        return fail(H2K_ERROR_FAILED, "read only");
    }
    [[nodiscard]] Result<> discard(std::uint64_t, std::uint64_t) override {
        return fail(H2K_ERROR_FAILED, "read only");
    }
    [[nodiscard]] Result<> flush() override { return {}; }

  private:
    std::string start_;
    std::uint64_t size_;
};

} // namespace h2k::test
