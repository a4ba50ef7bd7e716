// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/format/archive/program/gzip_bytes.h"
#include "convert/base/error.h"

namespace h2k {

namespace {

constexpr std::size_t at_once = 256u << 10;
constexpr int gzip_alone = 16 + MAX_WBITS; ///< of inflateInit2(): no other header is taken

} // namespace

GzipBytes::GzipBytes(PackedBytes &from, std::string_view first) : from_(from), packed_(first), plain_(at_once, '\0') {
    inflateInit2(&zlib_, gzip_alone);
}

/// One step of zlib over the bytes at hand; returns the number of unpacked bytes.
Outcome<std::size_t> GzipBytes::convert() {
    zlib_.next_in = reinterpret_cast<Bytef *>(const_cast<char *>(packed_.data()));
    zlib_.avail_in = static_cast<uInt>(packed_.size());
    zlib_.next_out = reinterpret_cast<Bytef *>(plain_.data());
    zlib_.avail_out = static_cast<uInt>(plain_.size());
    const int status = inflate(&zlib_, Z_NO_FLUSH);
    // Z_BUF_ERROR: it needs more bytes.
    if (status != Z_OK && status != Z_STREAM_END && status != Z_BUF_ERROR)
        return std::unexpected(Failure{.why = status == Z_MEM_ERROR ? ArchiveFailure::memory : ArchiveFailure::damaged,
                                       .text = zlib_.msg ? zlib_.msg : "invalid gzip data"});
    packed_.remove_prefix(packed_.size() - zlib_.avail_in);
    begun_ = status != Z_STREAM_END;
    if (!begun_)
        inflateReset(&zlib_);
    return plain_.size() - zlib_.avail_out;
}

Outcome<std::string_view> GzipBytes::next() {
    while (!over_) {
        if (packed_.empty())
            packed_ = H2K_TRY(from_.next());
        if (packed_.empty() && begun_)
            return std::unexpected(Failure{.why = ArchiveFailure::truncated, .text = {}});
        // After a member there may be another, or padding, which gzip skips too.
        if (packed_.empty() || (!begun_ && packed_.front() != '\x1f')) {
            over_ = true;
            break;
        }
        begun_ = true;
        if (const auto size = H2K_TRY(convert()))
            return std::string_view{plain_}.substr(0, size);
    }
    return std::string_view{};
}

} // namespace h2k
