// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/format/vhd/blocks.h"
#include "convert/base/i18n.h"
#include "convert/format/bytes.h"
#include "convert/format/limits.h"
#include "convert/format/vhd/layout.h"
#include "convert/format/vhd/parent.h"
#include <algorithm>
#include <vector>

namespace h2k {

namespace {

constexpr std::uint32_t not_there = 0xffffffff;
constexpr std::uint64_t footer_sectors = 1;

std::unexpected<Error> overlap(const HostFile &file) {
    return fail(H2K_ERROR_SOURCE, _("“%s” is a damaged VHD: its blocks overlap."), file.name().c_str());
}

/// A run of sectors that belongs to no block.
struct Taken {
    std::uint64_t first, count;
};

/// Does a run of @length sectors from one of @starts, which are sorted, reach into @taken?
bool reaches_into(const std::vector<std::uint32_t> &starts, std::uint64_t length, const Taken &taken) {
    const auto from = taken.first >= length ? taken.first - length + 1 : 0;
    const auto at = std::ranges::lower_bound(starts, from);
    return at != starts.end() && *at < taken.first + taken.count;
}

} // namespace

Result<> for_each_vhd_block(const HostFile &file, const VhdLayout &layout,
                            const std::function<Result<>(std::uint64_t block, std::uint32_t sector)> &visit) {
    constexpr std::uint64_t at_once = 16384;
    for (std::uint64_t from = 0; from < layout.table_entries; from += at_once) {
        const auto count = std::min<std::uint64_t>(at_once, layout.table_entries - from);
        const auto table =
            H2K_TRY(file.read(layout.table_offset + from * sizeof(std::uint32_t), count * sizeof(std::uint32_t)));
        for (std::uint64_t i = 0; i < count; i++)
            if (const auto sector = big_endian<std::uint32_t>(table, i * sizeof(std::uint32_t)); sector != not_there)
                H2K_CHECK(visit(from + i, sector));
    }
    return {};
}

Result<> check_vhd_blocks(const HostFile &file, const VhdLayout &layout) {
    if (layout.type == VhdType::fixed)
        return {};
    const auto table_bytes = std::uint64_t{layout.table_entries} * sizeof(std::uint32_t);
    if (!file.holds(layout.table_offset, table_bytes))
        return truncated(file, "VHD");
    const auto sectors = (layout.bitmap_bytes() + layout.block_bytes) / sector_size;
    const auto end = file.size() / sector_size - footer_sectors;
    std::vector<std::uint32_t> starts;
    H2K_CHECK(for_each_vhd_block(file, layout, [&](std::uint64_t, std::uint32_t sector) -> Result<> {
        if (sector > end || sectors > end - sector)
            return truncated(file, "VHD");
        // More blocks than fit into the file have to overlap; stop before they take memory.
        if (starts.size() > end / sectors)
            return overlap(file);
        starts.push_back(sector);
        return {};
    }));
    std::ranges::sort(starts);
    for (std::size_t i = 1; i < starts.size(); i++)
        if (starts[i] - starts[i - 1] < sectors)
            return overlap(file);
    for (const auto &taken :
         {Taken{0, footer_sectors}, Taken{layout.header_offset / sector_size, vhd_header_size / sector_size},
          Taken{layout.table_offset / sector_size, (table_bytes + sector_size - 1) / sector_size}})
        if (reaches_into(starts, sectors, taken))
            return overlap(file);
    return {};
}

} // namespace h2k
