// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/descriptor.h"
#include "convert/base/error.h"
#include "convert/model/request.h"
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace h2k {

/// Writes a compressed qcow2 of version 3 from front to back: QEMU's docs/interop/qcow2.txt.  Clusters that are never
/// put are zeros.  The file is no image before finish().  A full target is H2K_ERROR_TARGET.
class Qcow2Writer {
  public:
    static constexpr std::uint64_t cluster = 65536; ///< bytes

    /// @path: an empty file.  @bytes: virtual size.
    [[nodiscard]] static Result<Qcow2Writer> create(const std::string &path, std::uint64_t bytes,
                                                    Compression compression);
    Qcow2Writer(Qcow2Writer &&other) noexcept = default;
    Qcow2Writer &operator=(Qcow2Writer &&) = delete;

    /// @index: of the cluster in the guest's disk, each one higher than the one before.  @content: a whole cluster as
    /// it is, or less than one, compressed.
    [[nodiscard]] Result<> put(std::uint64_t index, std::string_view content);
    [[nodiscard]] Result<> finish();

  private:
    Qcow2Writer(std::string path, Descriptor file, std::uint64_t bytes, Compression compression);
    [[nodiscard]] Result<std::uint64_t> allocate();
    [[nodiscard]] Result<std::uint64_t> room_for(std::size_t length);
    [[nodiscard]] Result<> append(std::uint64_t offset, std::string_view content);
    [[nodiscard]] Result<> write_at(std::uint64_t offset, std::string_view content);
    [[nodiscard]] Result<> flush();
    [[nodiscard]] Result<> end_l2_table();
    [[nodiscard]] Result<> end_count_block();
    [[nodiscard]] std::string header() const;
    void count(std::uint64_t cluster_index) { ++counts_[cluster_index % counts_.size()]; }

    std::string path_;
    Descriptor file_;
    std::uint64_t bytes_;
    Compression compression_;
    std::uint64_t count_table_clusters_ = 0, l1_offset_ = 0;
    std::vector<std::uint64_t> l1_,
        l2_; ///< the whole first table, and the one of the second level that is being filled
    std::uint64_t l2_index_ = 0;
    std::vector<std::uint64_t> count_blocks_; ///< where each block of reference counts stands
    std::vector<std::uint16_t> counts_;       ///< the last block
    std::uint64_t next_ = 0;                  ///< the first host cluster that is not used
    std::uint64_t packed_ = 0;                ///< where compressed data can go on; 0: nowhere
    std::uint64_t waiting_at_ = 0;            ///< where @waiting_ belongs
    std::string waiting_;
};

} // namespace h2k
