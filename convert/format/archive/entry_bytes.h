// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/format/archive/reader.h"
#include <functional>

namespace h2k {

/// The bytes of an ArchiveReader's current member.  As a ByteSource it fills holes with zeros, so that an archive in an
/// archive can be read.
class EntryBytes final : public ByteSource {
  public:
    /// Gets all bytes in order, including those of holes.
    using Watcher = std::function<Result<>(std::string_view bytes)>;

    /// @watch may be null.
    EntryBytes(ArchiveReader &reader, const ArchiveEntry &entry, Watcher watch);
    /// The first bytes of the next block, without consuming them.
    [[nodiscard]] Result<std::string_view> peek();
    /// The next bytes, between two of which there may be a hole; null at the end.
    [[nodiscard]] Result<std::optional<ArchiveReader::Block>> block();
    [[nodiscard]] Result<std::string_view> next() override;
    /// Reads what is left.  The size of the member, with a hole at its end.
    [[nodiscard]] Result<std::uint64_t> finish();

  private:
    [[nodiscard]] Result<> watch(std::uint64_t from, const ArchiveReader::Block &block);
    [[nodiscard]] Result<std::optional<ArchiveReader::Block>> fetch();

    ArchiveReader &reader_;
    std::uint64_t size_;
    Watcher watch_;
    std::optional<ArchiveReader::Block> held_;
    std::uint64_t end_ = 0;  ///< of the bytes read so far
    std::uint64_t next_ = 0; ///< offset of what next() gives
    bool over_ = false;
};

} // namespace h2k
