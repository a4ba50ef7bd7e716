// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include <bitset>
#include <cstdint>
#include <memory>
#include <vector>

namespace h2k {

/// Which units of a file are in use, for tables that must not refer to one more than once.  Takes memory for those
/// parts of the file that are referred to, one bit a unit.
class Claims {
  public:
    /// 512 MiB of memory.
    static constexpr std::uint64_t most_units = std::uint64_t{1} << 32;
    /// @units: that the file has, at most most_units.
    explicit Claims(std::uint64_t units) : pages_(units / page_units + 1) {}

    /// False where @unit is in use already, or lies outside.
    [[nodiscard]] bool claim(std::uint64_t unit) {
        if (unit / page_units >= pages_.size())
            return false;
        auto &page = pages_[unit / page_units];
        if (!page)
            page = std::make_unique<Page>();
        auto bit = (*page)[unit % page_units];
        const bool is_free = !bit;
        bit = true;
        return is_free;
    }
    /// The same for @count units from @first.
    [[nodiscard]] bool claim(std::uint64_t first, std::uint64_t count) {
        for (std::uint64_t i = 0; i < count; i++)
            if (!claim(first + i))
                return false;
        return true;
    }

  private:
    static constexpr std::size_t page_units = 1u << 16;
    using Page = std::bitset<page_units>;
    std::vector<std::unique_ptr<Page>> pages_;
};

} // namespace h2k
