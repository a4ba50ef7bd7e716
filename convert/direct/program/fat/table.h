// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/direct/program/fat/geometry.h"
#include <set>
#include <string>
#include <vector>

namespace h2k {

/// Clusters in a row, as a file has them.
using FatChain = std::vector<std::uint32_t>;

/// The table that says which cluster follows on which, in memory until store().
class FatTable {
  public:
    [[nodiscard]] static Outcome<FatTable> load(Bytes &bytes, const FatGeometry &geometry);
    /// All from @first on; damage where it does not end, or leads elsewhere.
    [[nodiscard]] Outcome<FatChain> chain(std::uint32_t first) const;
    [[nodiscard]] bool is_free(std::uint32_t cluster) const { return value(cluster) == 0; }
    [[nodiscard]] std::uint32_t unused() const noexcept { return free_; }
    /// Makes a chain of free clusters.  ENOSPC.
    [[nodiscard]] Outcome<FatChain> take(std::uint64_t count);
    /// @next follows on @last; 0: nothing does.
    void link(std::uint32_t last, std::uint32_t next) { set(last, next == 0 ? end_ : next); }
    void give_back(const FatChain &chain);
    /// Writes what changed into all copies, and the count of free clusters.
    [[nodiscard]] Outcome<> store(Bytes &bytes);

  private:
    explicit FatTable(const FatGeometry &geometry);
    [[nodiscard]] std::uint32_t value(std::uint32_t cluster) const;
    void set(std::uint32_t cluster, std::uint32_t value);
    void change(std::size_t offset, std::uint8_t byte);
    [[nodiscard]] Outcome<> store_count(Bytes &bytes) const;

    FatGeometry geometry_;
    std::uint32_t end_, mask_;
    std::string table_;
    std::set<std::size_t> changed_; ///< numbers of pages of it
    std::uint32_t free_ = 0, next_ = FatGeometry::first_cluster;
};

} // namespace h2k
