// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/error.h"
#include "convert/base/held_file.h"
#include <cstdint>
#include <string>
#include <vector>

namespace h2k {

/// The tables of a new standalone qcow2 image, which is written from its beginning to its end.  Its memory is 8 bytes
/// for each 512 MiB of the disk.  Format: QEMU's docs/interop/qcow2.txt, version 3, with clusters of 64 KiB and 16 bits
/// for each reference count.
class Qcow2Writer {
  public:
    static constexpr std::uint64_t cluster_bytes = 64u << 10;
    /// Larger disks need clusters of another size.
    static constexpr std::uint64_t most_bytes = std::uint64_t{1} << 51;

    /// @to: empty.  @path: its name, for errors, which are H2K_ERROR_TARGET.  @bytes: of the disk, whole sectors.
    Qcow2Writer(HeldFile to, std::string path, std::uint64_t bytes);

    /// Where cluster @index of the disk stands in the file.  It is not less than those asked for before.
    [[nodiscard]] Result<std::uint64_t> place_of(std::uint64_t index);
    /// Has @index a place, as the last one that was asked for?
    [[nodiscard]] bool is_last(std::uint64_t index) const noexcept { return place_ != 0 && index == index_; }
    /// Writes what is left.  Before that, the file is not an image.
    [[nodiscard]] Result<> finish();

  private:
    [[nodiscard]] Result<> write(std::uint64_t cluster, std::string_view bytes) const;
    [[nodiscard]] Result<> write_table();
    [[nodiscard]] Result<> write_counts(std::string &header);

    HeldFile to_;
    std::string path_;
    std::uint64_t bytes_;
    std::vector<std::uint64_t> tables_;   ///< the level 1 table: offset of each table of level 2
    std::string table_;                   ///< the table of level 2 that the last cluster is in
    std::uint64_t index_ = 0, place_ = 0; ///< of the last cluster
    std::uint64_t next_ = 1;              ///< cluster of the file that is free; the first one is the header's
};

} // namespace h2k
