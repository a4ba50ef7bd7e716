// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/error.h"
#include <cstdint>
#include <optional>
#include <string_view>

namespace h2k {

/// Bytes for a reader that takes them in order.
class ByteSource {
  public:
    virtual ~ByteSource() = default;
    /// The next bytes, valid until the next call; none at the end.
    [[nodiscard]] virtual Result<std::string_view> next() = 0;
    /// Skips up to @count bytes without reading them; returns how many, 0 if it cannot.
    [[nodiscard]] virtual std::uint64_t skip(std::uint64_t /*count*/) { return 0; }
    /// Total bytes of a source that can seek; null for a stream.
    [[nodiscard]] virtual std::optional<std::uint64_t> size() const { return std::nullopt; }
    /// Lets next() continue at @offset, which is at most size().  Only for a source that has a size.
    virtual void go_to(std::uint64_t /*offset*/) {}
};

} // namespace h2k
