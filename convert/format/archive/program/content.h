// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/format/archive/program/packed_bytes.h"

namespace h2k {

/// What is in an archive, as ArchiveReader has it in the other process.
class Content {
  public:
    struct Entry {
        std::uint32_t flags = 0; ///< archive_flags
        std::uint64_t size = 0;
        std::string name; ///< as the archive has it
    };
    struct Block {
        std::string_view bytes; ///< valid until the next call
        std::uint64_t offset = 0;
    };

    virtual ~Content() = default;
    /// The next member; null at the end.
    [[nodiscard]] virtual Outcome<std::optional<Entry>> next() = 0;
    /// The next bytes of the member; null at its end.
    [[nodiscard]] virtual Outcome<std::optional<Block>> read() = 0;
    [[nodiscard]] virtual std::uint64_t header_position() const { return 0; }
    [[nodiscard]] virtual std::uint64_t position() const { return 0; }
    [[nodiscard]] virtual bool reads_to_skip() const { return true; }
};

} // namespace h2k
