// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/format/archive/gzip_bytes.h"
#include "convert/base/i18n.h"

namespace h2k {

using namespace std::string_view_literals;

namespace {
constexpr std::size_t at_once = 256u << 10;
}

bool is_gzip(std::string_view head) { return head.starts_with("\x1f\x8b\x08"sv); }

GzipBytes::GzipBytes(ByteSource &from, std::string_view first, std::string name)
    : from_(from), name_(std::move(name)),
      zlib_(Ref<GZlibDecompressor>::adopt(g_zlib_decompressor_new(G_ZLIB_COMPRESSOR_FORMAT_GZIP))), packed_(first),
      plain_(at_once, '\0') {}

/// One step of zlib over the bytes at hand; returns the number of unpacked bytes.
Result<std::size_t> GzipBytes::convert() {
    gsize read = 0, written = 0;
    GError *raw = nullptr;
    const auto result = g_converter_convert(G_CONVERTER(zlib_.get()), packed_.data(), packed_.size(), plain_.data(),
                                            plain_.size(), G_CONVERTER_NO_FLAGS, &read, &written, &raw);
    if (result == G_CONVERTER_ERROR)
        return fail(H2K_ERROR_SOURCE, _("“%s” is damaged or cannot be unpacked: %s."), name_.c_str(),
                    Error::take(raw).message());
    packed_.remove_prefix(read);
    begun_ = result != G_CONVERTER_FINISHED;
    if (!begun_)
        g_converter_reset(G_CONVERTER(zlib_.get()));
    return written;
}

Result<std::string_view> GzipBytes::next() {
    while (!over_) {
        if (packed_.empty())
            packed_ = H2K_TRY(from_.next());
        if (packed_.empty() && begun_)
            return fail(H2K_ERROR_SOURCE, _("“%s” is truncated: its compressed data ends too early."), name_.c_str());
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
