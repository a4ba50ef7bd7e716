// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/format/host_file.h"
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace h2k {

/// The header of an entry in the log of a VHDX: [MS-VHDX] section 2.3.1.1.
struct VhdxLogEntry {
    std::uint64_t at = 0; ///< in the log, in bytes
    std::uint32_t length = 0, tail = 0, descriptors = 0;
    std::uint64_t sequence = 0, flushed_size = 0, last_size = 0;
};

/// The bytes of a log, a ring whose entries may go over its end.  No more than a few times its length is examined,
/// whatever its entries say.
class VhdxLogRing {
  public:
    static constexpr std::uint64_t unit = 4096; ///< of everything in a log
    static constexpr std::uint64_t most_bytes = std::uint64_t{64} << 20;
    /// @bytes: whole units.  @guid: of the entries that count.
    VhdxLogRing(std::string bytes, std::string guid)
        : bytes_(std::move(bytes)), guid_(std::move(guid)), unexamined_(8 * bytes_.size()) {}

    [[nodiscard]] std::uint64_t size() const noexcept { return bytes_.size(); }
    /// The valid entry at @at; null: there is none.
    [[nodiscard]] std::optional<VhdxLogEntry> entry(std::uint64_t at);
    /// What @entry writes to the file, appended to @to; false where its descriptors are invalid.
    [[nodiscard]] bool read(const VhdxLogEntry &entry, std::vector<Patch> &to) const;

  private:
    [[nodiscard]] std::string bytes_from(std::uint64_t at, std::uint64_t length) const;
    [[nodiscard]] std::optional<VhdxLogEntry> read_entry(std::uint64_t at);
    std::string bytes_, guid_;
    std::uint64_t unexamined_; ///< bytes that may still be
    std::map<std::uint64_t, std::optional<VhdxLogEntry>> known_;
};

} // namespace h2k
