// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/direct/disk/connection.h"
#include "convert/direct/disk/disk.h"
#include <list>
#include <unordered_map>

namespace h2k {

/// A served disk with a cache of its blocks.  What is written stays there until flush(), or until other blocks need
/// its memory, and then only the sectors that were written go to the server.
class CachedDisk : public Bytes {
  public:
    static constexpr std::size_t block_bytes = 128u << 10;
    /// What is written of a block is noted in pieces of this size: an overlay should not grow by more.
    static constexpr std::size_t piece_bytes = block_bytes / 32;

    /// @most_blocks: that it keeps in memory, at least 1.
    CachedDisk(Connection connection, std::size_t most_blocks)
        : connection_(std::move(connection)), most_blocks_(most_blocks) {}
    [[nodiscard]] std::uint64_t size() const override { return connection_.size(); }
    [[nodiscard]] Result<> read(std::uint64_t offset, std::span<char> to) override;
    [[nodiscard]] Result<> write(std::uint64_t offset, std::string_view from) override;
    [[nodiscard]] Result<> discard(std::uint64_t offset, std::uint64_t length) override;
    [[nodiscard]] Result<> flush() override;

  private:
    struct Block {
        std::uint64_t index = 0;
        std::uint32_t dirty = 0; ///< a bit for each piece that the server has not got
        std::size_t size = 0;    ///< block_bytes, less at the end of the disk
        std::unique_ptr<char[]> data = std::make_unique_for_overwrite<char[]>(block_bytes);
    };
    using Blocks = std::list<Block>;

    [[nodiscard]] std::size_t length_of(std::uint64_t index) const;
    [[nodiscard]] Block *cached(std::uint64_t index);
    [[nodiscard]] Result<Block *> block(std::uint64_t index, std::uint64_t end);
    [[nodiscard]] Result<> fetch(std::uint64_t index, std::uint64_t end);
    [[nodiscard]] Result<Block *> add(std::uint64_t index);
    [[nodiscard]] Result<> write_back(Block &block) const;
    void clear(Block &block, std::size_t from, std::size_t to) const;
    void forget(std::uint64_t index);

    Connection connection_;
    std::size_t most_blocks_;
    Blocks blocks_; ///< the one that was used last comes first
    std::unordered_map<std::uint64_t, Blocks::iterator> at_;
    std::vector<char> fetched_; ///< kept, since new memory costs more than the copy
    std::uint64_t next_ = 0;    ///< the block behind those that were fetched last
    std::uint64_t ahead_ = 1;   ///< blocks to fetch at least, if it is that one that is asked for
};

} // namespace h2k
