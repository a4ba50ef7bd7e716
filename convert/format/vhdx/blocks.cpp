// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/format/vhdx/blocks.h"
#include "convert/base/i18n.h"
#include "convert/format/bytes.h"
#include "convert/format/limits.h"
#include <algorithm>

namespace h2k {

namespace {

constexpr std::uint64_t bytes_an_entry = 8;

std::unexpected<Error> unknown_state(const HostFile &file) {
    return fail(H2K_ERROR_SOURCE, _("“%s” is a damaged VHDX: its block table has an invalid entry."),
                file.name().c_str());
}

VhdxEntry entry_at(std::string_view table, std::uint64_t number) {
    const auto value = little_endian<std::uint64_t>(table, number * bytes_an_entry);
    return {.state = static_cast<unsigned>(value & 7), .offset = value >> 20 << 20};
}

/// Which mebibytes of a file are in use.
class Claims {
  public:
    explicit Claims(const HostFile &file) : file_(file), taken_(file.size() / mebibyte + 1) {}

    /// Claims @length bytes from @offset, of which the first @needed have to be in the file.
    [[nodiscard]] Result<> claim(std::uint64_t offset, std::uint64_t length, std::uint64_t needed) {
        if (!file_.holds(offset, needed))
            return truncated(file_, "VHDX");
        const auto first = offset / mebibyte, last = std::min<std::uint64_t>(first + length / mebibyte, taken_.size());
        for (auto unit = first; unit < last; unit++) {
            if (taken_[unit])
                return fail(H2K_ERROR_SOURCE, _("“%s” is a damaged VHDX: its blocks overlap."), file_.name().c_str());
            taken_[unit] = true;
        }
        return {};
    }
    [[nodiscard]] Result<> claim(const Window &region) { return claim(region.offset, region.length, region.length); }

  private:
    const HostFile &file_;
    std::vector<bool> taken_;
};

Result<> check_chunk(const HostFile &file, const VhdxLayout &layout, const VhdxChunk &chunk, Claims &claims) {
    const bool has_bitmap = chunk.bitmap.state == VhdxEntry::present;
    if (!has_bitmap && chunk.bitmap.state != VhdxEntry::not_present)
        return unknown_state(file);
    if (has_bitmap)
        H2K_CHECK(claims.claim(chunk.bitmap.offset, mebibyte, mebibyte));
    for (std::size_t i = 0; i < chunk.blocks.size(); i++) {
        const auto &[state, offset] = chunk.blocks[i];
        if (state <= VhdxEntry::unmapped)
            continue;
        if (state != VhdxEntry::present && (state != VhdxEntry::partly_present || !has_bitmap))
            return unknown_state(file);
        // The last block may end with the disk.
        const auto start = (chunk.first + i) * layout.block_bytes;
        H2K_CHECK(claims.claim(offset, layout.block_bytes,
                               std::min<std::uint64_t>(layout.block_bytes, layout.bytes - start)));
    }
    return {};
}

} // namespace

Result<> for_each_vhdx_chunk(const HostFile &file, const VhdxLayout &layout,
                             const std::function<Result<>(const VhdxChunk &)> &visit) {
    const auto ratio = layout.chunk_ratio(), blocks = layout.blocks();
    const bool has_bitmaps = layout.parent.has_value();
    const auto chunks = (blocks + ratio - 1) / ratio;
    // The table of an image with a parent ends with the last bitmap's entry, any other with the last block's.
    const auto entries = has_bitmaps ? chunks * (ratio + 1) : blocks + (blocks - 1) / ratio;
    if (entries * bytes_an_entry > layout.table.length)
        return fail(H2K_ERROR_SOURCE, _("“%s” is a damaged VHDX: its block table does not cover its size."),
                    file.name().c_str());
    for (std::uint64_t number = 0; number < chunks; number++) {
        VhdxChunk chunk{.first = number * ratio, .blocks = {}, .bitmap = {}};
        const auto count = std::min(ratio, blocks - chunk.first);
        const auto read = has_bitmaps ? ratio + 1 : count;
        const auto table =
            H2K_TRY(file.read(layout.table.offset + number * (ratio + 1) * bytes_an_entry, read * bytes_an_entry));
        for (std::uint64_t i = 0; i < count; i++)
            chunk.blocks.push_back(entry_at(table, i));
        // QEMU up to 8.0 leaves arbitrary values in the bitmap entries of an image without a parent.
        if (has_bitmaps)
            chunk.bitmap = entry_at(table, ratio);
        H2K_CHECK(visit(chunk));
    }
    return {};
}

Result<> check_vhdx_blocks(const HostFile &file, const VhdxLayout &layout) {
    Claims claims{file};
    for (const auto &region : {Window{.offset = 0, .length = mebibyte}, layout.log, layout.table, layout.metadata})
        H2K_CHECK(claims.claim(region));
    return for_each_vhdx_chunk(file, layout,
                               [&](const VhdxChunk &chunk) { return check_chunk(file, layout, chunk, claims); });
}

} // namespace h2k
