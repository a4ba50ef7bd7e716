// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/direct/disk/disk.h"
#include <algorithm>
#include <string>

namespace h2k::test {

/// A disk in memory that can be written.
class MemoryDisk : public Bytes {
  public:
    explicit MemoryDisk(std::string content) : content_(std::move(content)) {}
    [[nodiscard]] std::uint64_t size() const override { return content_.size(); }
    [[nodiscard]] Result<> read(std::uint64_t offset, std::span<char> to) override {
        H2K_CHECK(check(offset, to.size()));
        std::copy_n(content_.data() + offset, to.size(), to.data());
        return {};
    }
    [[nodiscard]] Result<> write(std::uint64_t offset, std::string_view from) override {
        H2K_CHECK(check(offset, from.size()));
        std::copy_n(from.data(), from.size(), content_.data() + offset);
        return {};
    }
    [[nodiscard]] Result<> discard(std::uint64_t offset, std::uint64_t length) override {
        H2K_CHECK(check(offset, length));
        std::fill_n(content_.data() + offset, length, '\0');
        discarded_ += length;
        return {};
    }
    [[nodiscard]] Result<> flush() override { return {}; }
    [[nodiscard]] std::string &content() { return content_; }
    [[nodiscard]] std::uint64_t discarded() const { return discarded_; }

  private:
    [[nodiscard]] Result<> check(std::uint64_t offset, std::uint64_t length) const {
        if (offset > content_.size() || length > content_.size() - offset)
            return fail(H2K_ERROR_SOURCE, "beyond the end");
        return {};
    }
    std::string content_;
    std::uint64_t discarded_ = 0;
};

} // namespace h2k::test
