// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/format/archive/program/packed_bytes.h"
#include <zlib.h>

namespace h2k {

/// Unpacks the gzip stream @from: RFC 1952, one member after the other.  libarchive ignores the checksums of gzip; zlib
/// verifies them, so that a damaged disk is not accepted.
class GzipBytes final : public PackedBytes {
  public:
    /// @first: the bytes of @from that were read already.
    GzipBytes(PackedBytes &from, std::string_view first);
    GzipBytes(GzipBytes &&) = delete;
    ~GzipBytes() override { inflateEnd(&zlib_); }
    [[nodiscard]] Outcome<std::string_view> next() override;

  private:
    [[nodiscard]] Outcome<std::size_t> convert();
    PackedBytes &from_;
    z_stream zlib_{};
    std::string_view packed_; ///< the rest of the last bytes of @from
    std::string plain_;
    bool begun_ = false; ///< within a member
    bool over_ = false;
};

} // namespace h2k
