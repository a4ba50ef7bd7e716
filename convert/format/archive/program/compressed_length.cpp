// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/format/archive/program/compressed_length.h"
#include "convert/base/owned.h"
#include "convert/format/bytes.h"
#include <cstdint>
#include <lzma.h>
#include <zstd.h>

namespace h2k {

template <> struct Release<lzma_index> {
    void operator()(lzma_index *p) const noexcept { lzma_index_end(p, nullptr); }
};

namespace {

constexpr std::size_t xz_edge = LZMA_STREAM_HEADER_SIZE; ///< of the header as of the footer

const std::uint8_t *octets(std::string_view bytes) { return reinterpret_cast<const std::uint8_t *>(bytes.data()); }

/// Does the index at the end of @blocks, the stream without its footer, describe a stream that is just as long?
bool is_whole_xz(std::string_view blocks, std::uint64_t index_size) {
    std::uint64_t memory = 64u << 20;
    std::size_t used = 0;
    lzma_index *raw = nullptr;
    const auto start = octets(blocks.substr(blocks.size() - static_cast<std::size_t>(index_size)));
    if (lzma_index_buffer_decode(&raw, &memory, nullptr, start, &used, static_cast<std::size_t>(index_size)) != LZMA_OK)
        return false;
    const Owned<lzma_index> index{raw};
    return used == index_size && lzma_index_stream_size(index.get()) == blocks.size() + xz_edge;
}

} // namespace

std::optional<std::size_t> zstd_length(std::string_view bytes) {
    const auto length = ZSTD_findFrameCompressedSize(bytes.data(), bytes.size());
    return ZSTD_isError(length) ? std::nullopt : std::optional{length};
}

std::optional<std::size_t> xz_length(std::string_view bytes) {
    lzma_stream_flags header{}, footer{};
    // What ends like a stream may be stored in it; all indexes together are no longer than the bytes, and hostile ones
    // that overlap would be read again and again.
    std::uint64_t unread = bytes.size();
    if (bytes.size() < 2 * xz_edge || lzma_stream_header_decode(&header, octets(bytes)) != LZMA_OK)
        return std::nullopt;
    for (auto end = 2 * xz_edge; end <= bytes.size(); end += 4) {
        const auto blocks = bytes.substr(0, end - xz_edge), last = bytes.substr(end - xz_edge, xz_edge);
        if (!last.ends_with("YZ") || lzma_stream_footer_decode(&footer, octets(last)) != LZMA_OK ||
            lzma_stream_flags_compare(&header, &footer) != LZMA_OK || footer.backward_size > blocks.size() - xz_edge)
            continue;
        if (footer.backward_size > unread)
            break;
        unread -= footer.backward_size;
        if (is_whole_xz(blocks, footer.backward_size))
            return end;
    }
    return std::nullopt;
}

std::optional<std::size_t> lz4_legacy_length(std::string_view bytes) {
    // A block of at most 8 MiB never grows beyond this; a greater size is the start of something else.
    constexpr std::uint32_t block_size = 8u << 20, bound = block_size + block_size / 255 + 16;
    std::size_t at = 4;
    while (at + 4 <= bytes.size()) {
        const auto size = little_endian<std::uint32_t>(bytes, at);
        if (size == 0 || size > bound)
            break;
        at += 4 + std::size_t{size};
        if (at > bytes.size())
            return std::nullopt;
    }
    return at;
}

} // namespace h2k
