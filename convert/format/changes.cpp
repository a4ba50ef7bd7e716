// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/format/changes.h"
#include "convert/base/i18n.h"
#include "convert/format/limits.h"
#include "convert/format/vdi/layout.h"
#include "convert/format/vhd/blocks.h"
#include "convert/format/vhdx/blocks.h"
#include "convert/format/vhdx/log.h"
#include <algorithm>

namespace h2k {

namespace {

enum class BitOrder { most_significant_first, least_significant_first };

/// The sectors that a bitmap describes.
struct Sectors {
    std::uint64_t guest_offset, file_offset; ///< of the first, in bytes
    std::uint64_t count;
};

bool has_bit(std::string_view bitmap, std::uint64_t bit, BitOrder order) {
    const auto byte = static_cast<unsigned char>(bitmap[bit / 8]);
    const auto place = static_cast<unsigned>(bit % 8);
    return byte >> (order == BitOrder::most_significant_first ? 7 - place : place) & 1;
}

/// Visits each run of sectors whose bits are set.  @bitmap has at least Sectors::count bits.
Result<> for_each_run(std::string_view bitmap, BitOrder order, const Sectors &sectors, const VisitChange &visit) {
    for (std::uint64_t at = 0; at < sectors.count;) {
        const bool set = has_bit(bitmap, at, order);
        auto end = at + 1;
        while (end < sectors.count && has_bit(bitmap, end, order) == set)
            end++;
        if (set)
            H2K_CHECK(visit(sectors.guest_offset + at * sector_size, (end - at) * sector_size,
                            sectors.file_offset + at * sector_size));
        at = end;
    }
    return {};
}

std::unexpected<Error> not_differencing(const HostFile &file) {
    return fail(H2K_ERROR_SOURCE, _("“%s” is not a differencing image: it holds a whole disk."), file.name().c_str());
}

Result<> for_each_vhd_change(const HostFile &child, const VisitChange &visit) {
    const auto layout = H2K_TRY(read_vhd(child));
    if (!layout.parent)
        return not_differencing(child);
    H2K_CHECK(check_vhd_blocks(child, layout));
    return for_each_vhd_block(child, layout, [&](std::uint64_t block, std::uint32_t sector) -> Result<> {
        const auto start = block * layout.block_bytes;
        if (start >= layout.bytes)
            return {};
        const auto bitmap = H2K_TRY(child.read(sector * sector_size, layout.bitmap_bytes()));
        const auto length = std::min<std::uint64_t>(layout.block_bytes, layout.bytes - start);
        return for_each_run(bitmap, BitOrder::most_significant_first,
                            {.guest_offset = start,
                             .file_offset = sector * sector_size + layout.bitmap_bytes(),
                             .count = length / sector_size},
                            visit);
    });
}

Result<> visit_vhdx_block(const HostFile &child, const VhdxLayout &layout, const VhdxChunk &chunk, std::size_t index,
                          const VisitChange &visit) {
    const auto &[state, offset] = chunk.blocks[index];
    const auto start = (chunk.first + index) * layout.block_bytes;
    const auto length = std::min<std::uint64_t>(layout.block_bytes, layout.bytes - start);
    if (state == VhdxEntry::not_present)
        return {};
    if (state == VhdxEntry::present)
        return visit(start, length, offset);
    // The content of an undefined or unmapped block is unknown and not the parent's: zeros are valid, and the only
    // content that discloses nothing.
    if (state != VhdxEntry::partly_present)
        return visit(start, length, std::nullopt);
    const auto bitmap_bytes = layout.block_bytes / sector_size / 8;
    const auto bitmap = H2K_TRY(child.read(chunk.bitmap.offset + index * bitmap_bytes, bitmap_bytes));
    return for_each_run(bitmap, BitOrder::least_significant_first,
                        {.guest_offset = start, .file_offset = offset, .count = length / sector_size}, visit);
}

Result<> for_each_vhdx_change(const HostFile &child, const VisitChange &visit) {
    const auto layout = H2K_TRY(read_vhdx(child));
    if (!layout.parent)
        return not_differencing(child);
    H2K_CHECK(check_vhdx_blocks(child, layout));
    return for_each_vhdx_chunk(child, layout, [&](const VhdxChunk &chunk) -> Result<> {
        for (std::size_t i = 0; i < chunk.blocks.size(); i++)
            H2K_CHECK(visit_vhdx_block(child, layout, chunk, i, visit));
        return {};
    });
}

Result<> for_each_vdi_change(const HostFile &child, const VisitChange &visit) {
    const auto layout = H2K_TRY(read_vdi(child));
    if (!layout.differencing)
        return not_differencing(child);
    H2K_CHECK(check_vdi_blocks(child, layout));
    return for_each_vdi_block(child, layout, [&](std::uint64_t block, std::optional<std::uint64_t> at) {
        const auto start = block * VdiLayout::block_bytes;
        return visit(start, std::min(VdiLayout::block_bytes, layout.bytes - start), at);
    });
}

} // namespace

Result<HostFile> as_read(const HostFile &file, DiskFormat format) {
    if (format == DiskFormat::vhdx)
        return replay_vhdx_log(file);
    return file.patched({}, file.size());
}

Result<> for_each_change(const HostFile &child, DiskFormat format, const VisitChange &visit) {
    switch (format) {
    case DiskFormat::vhd: return for_each_vhd_change(child, visit);
    case DiskFormat::vdi: return for_each_vdi_change(child, visit);
    case DiskFormat::vhdx: return for_each_vhdx_change(child, visit);
    default: break;
    }
    return not_differencing(child);
}

} // namespace h2k
