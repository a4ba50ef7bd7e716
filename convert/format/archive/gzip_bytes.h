// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/format/byte_source.h"
#include <string>

namespace h2k {

[[nodiscard]] bool is_gzip(std::string_view head);

/// What is in the gzip stream @from: RFC 1952, one member after the other.  libarchive passes over the checksums of
/// gzip, and a disk with a wrong bit must not come out of it; zlib compares them.
class GzipBytes final : public ByteSource {
  public:
    /// @first: the bytes that @from gave already.  @name: of @from, fit to be printed.
    GzipBytes(ByteSource &from, std::string_view first, std::string name);
    [[nodiscard]] Result<std::string_view> next() override;

  private:
    [[nodiscard]] Result<std::size_t> convert();
    ByteSource &from_;
    std::string name_;
    Ref<GZlibDecompressor> zlib_;
    std::string_view packed_; ///< what is left of the last bytes of @from
    std::string plain_;
    bool begun_ = false; ///< within a member
    bool over_ = false;
};

} // namespace h2k
