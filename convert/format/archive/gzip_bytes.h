// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/format/byte_source.h"
#include <string>

namespace h2k {

[[nodiscard]] bool is_gzip(std::string_view head);

/// Unpacks the gzip stream @from: RFC 1952, one member after the other.  libarchive ignores the checksums of gzip; zlib
/// verifies them, so that a damaged disk is not accepted.
class GzipBytes final : public ByteSource {
  public:
    /// @first: the bytes of @from that were read already.  @name: of @from, safe to print.
    GzipBytes(ByteSource &from, std::string_view first, std::string name);
    [[nodiscard]] Result<std::string_view> next() override;

  private:
    [[nodiscard]] Result<std::size_t> convert();
    ByteSource &from_;
    std::string name_;
    Ref<GZlibDecompressor> zlib_;
    std::string_view packed_; ///< the rest of the last bytes of @from
    std::string plain_;
    bool begun_ = false; ///< within a member
    bool over_ = false;
};

} // namespace h2k
