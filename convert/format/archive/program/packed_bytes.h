// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/format/archive/program/failure.h"
#include <optional>
#include <string_view>

namespace h2k {

/// Bytes to unpack, as ByteSource has them in the process that reads the file.
class PackedBytes {
  public:
    virtual ~PackedBytes() = default;
    /// The next bytes, valid until the next call; none at the end.
    [[nodiscard]] virtual Outcome<std::string_view> next() = 0;
    /// Skips up to @count bytes without reading them; returns how many, 0 if it cannot.
    [[nodiscard]] virtual std::uint64_t skip(std::uint64_t /*count*/) { return 0; }
    /// Total bytes of a source that can seek; null for a stream.
    [[nodiscard]] virtual std::optional<std::uint64_t> size() const { return std::nullopt; }
    /// Lets next() continue at @offset, which is at most size().
    virtual void go_to(std::uint64_t /*offset*/) {}
};

} // namespace h2k
