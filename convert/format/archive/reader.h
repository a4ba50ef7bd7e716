// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/format/archive/link.h"
#include "convert/format/archive/member_name.h"
#include "convert/format/byte_source.h"
#include <memory>

namespace h2k {

/// One member of an archive.
struct ArchiveEntry {
    std::string name; ///< in the form of member_name(); empty for a folder
    bool folder = false;
    bool sparse = false;               ///< not all of its bytes are in the archive
    std::optional<std::uint64_t> size; ///< as the archive declares; null: known at its end
};

struct ArchiveReading; // the program, and what is known of it

/// An archive in a ByteSource, read by virt-hyper2kvm-archive: a program without power of its own, which libarchive and
/// the libraries of the compressions run in.  Everything that it says is checked; links, devices, encrypted members and
/// damaged archives are refused: all H2K_ERROR_SOURCE.
class ArchiveReader {
  public:
    using Kind = PackedKind;
    /// Bytes of a member; between two of them there may be a hole, which reads as zeros.
    struct Block {
        std::string_view bytes; ///< valid until the next call
        std::uint64_t offset = 0;
    };

    /// @name: of the archive, safe to print.  @from and @allowance, which may be null, must outlive
    /// the reader.
    [[nodiscard]] static Result<ArchiveReader> open(ByteSource &from, const std::string &name, Kind kind,
                                                    Allowance *allowance);
    /// The same with a program that is there already.
    [[nodiscard]] static Result<ArchiveReader> open(ByteSource &from, Kind kind, ArchiveLink link);
    ArchiveReader(ArchiveReader &&other) noexcept;
    ArchiveReader &operator=(ArchiveReader &&) = delete;
    ~ArchiveReader();

    /// The next member; null at the end.
    [[nodiscard]] Result<std::optional<ArchiveEntry>> next();
    /// The next bytes of the member; null at its end.
    [[nodiscard]] Result<std::optional<Block>> read();

    /// Where the last member's header starts in the unpacked archive; after the last member, the archive's end.
    [[nodiscard]] std::uint64_t header_position() const;
    /// How far the unpacked archive was read: after next(), where the member's bytes start.
    [[nodiscard]] std::uint64_t position() const;
    /// Does skipping a member mean reading it?
    [[nodiscard]] bool reads_to_skip() const;

  private:
    explicit ArchiveReader(std::unique_ptr<ArchiveReading> reading) noexcept;
    std::unique_ptr<ArchiveReading> reading_;
};

} // namespace h2k
