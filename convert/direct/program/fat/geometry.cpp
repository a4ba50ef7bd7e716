// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Microsoft's "FAT: General Overview of On-Disk Format" 1.03; the bits of state are those of Linux and Windows.
#include "convert/direct/program/fat/geometry.h"
#include "convert/base/i18n.h"
#include "convert/format/bytes.h"
#include <array>
#include <bit>

namespace h2k {

namespace {

constexpr std::size_t sector = 512, entry_bytes = 32;
constexpr std::uint32_t largest_sector = 4096, largest_cluster = 64u << 10;
constexpr std::uint32_t most_fat12 = 4084, most_fat16 = 65524;
constexpr std::uint32_t most_clusters = 4u << 20; ///< the table is kept in memory
constexpr unsigned not_mirrored = 0x80, not_closed = 0x01;

std::unexpected<FsFailure> other() { return unfit(N_("A file system has a feature that needs the appliance.")); }

/// The fields of the first sector, as they are stored.
struct Fields {
    std::uint32_t sector_bytes, cluster_sectors, reserved, tables, root_entries, table_sectors;
    std::uint64_t sectors;
    bool is_fat32;
};

Outcome<Fields> fields_of(std::string_view boot) {
    const auto small_sectors = little_endian<std::uint16_t>(boot, 19),
               small_table = little_endian<std::uint16_t>(boot, 22);
    const Fields fields{.sector_bytes = little_endian<std::uint16_t>(boot, 11),
                        .cluster_sectors = little_endian<std::uint8_t>(boot, 13),
                        .reserved = little_endian<std::uint16_t>(boot, 14),
                        .tables = little_endian<std::uint8_t>(boot, 16),
                        .root_entries = little_endian<std::uint16_t>(boot, 17),
                        .table_sectors = small_table != 0 ? small_table : little_endian<std::uint32_t>(boot, 36),
                        .sectors = small_sectors != 0 ? small_sectors : little_endian<std::uint32_t>(boot, 32),
                        .is_fat32 = small_table == 0};
    if (fields.sector_bytes < sector || fields.sector_bytes > largest_sector ||
        !std::has_single_bit(fields.sector_bytes) || !std::has_single_bit(fields.cluster_sectors) ||
        fields.cluster_sectors * fields.sector_bytes > largest_cluster || fields.reserved == 0 ||
        fields.table_sectors == 0 || fields.is_fat32 != (fields.root_entries == 0) ||
        fields.root_entries * entry_bytes % fields.sector_bytes != 0)
        return damaged_fat();
    if (fields.tables < 1 || fields.tables > 2)
        return other();
    return fields;
}

Outcome<> add_fat32(FatGeometry &made, const Fields &fields, std::string_view boot) {
    const auto flags = little_endian<std::uint16_t>(boot, 40), version = little_endian<std::uint16_t>(boot, 42);
    const auto info = little_endian<std::uint16_t>(boot, 48);
    if (flags & not_mirrored || version != 0)
        return other();
    made.root_cluster = little_endian<std::uint32_t>(boot, 44);
    if (!made.has(made.root_cluster))
        return damaged_fat();
    if (info != 0 && info < fields.reserved)
        made.info_offset = std::uint64_t{info} * fields.sector_bytes;
    return {};
}

std::uint64_t entries_of(FatKind kind, std::uint64_t table_bytes) {
    switch (kind) {
    case FatKind::fat12: return table_bytes * 2 / 3;
    case FatKind::fat16: return table_bytes / 2;
    case FatKind::fat32: return table_bytes / 4;
    }
    return 0;
}

} // namespace

std::unexpected<FsFailure> damaged_fat() { return unfit(N_("A file system is damaged.")); }

Outcome<FatGeometry> read_geometry(Bytes &bytes) {
    std::array<char, sector> first{};
    if (bytes.size() < first.size())
        return damaged_fat();
    H2K_CHECK(from_disk(bytes.read(0, first)));
    const std::string_view boot{first.data(), first.size()};
    const auto fields = H2K_TRY(fields_of(boot));
    const std::uint64_t each = fields.sector_bytes;
    FatGeometry made{.cluster_bytes = fields.cluster_sectors * fields.sector_bytes, .tables = fields.tables};
    made.table_offset = fields.reserved * each;
    made.table_bytes = fields.table_sectors * each;
    made.root_offset = made.table_offset + made.tables * made.table_bytes;
    made.root_bytes = fields.root_entries * entry_bytes;
    made.data_offset = made.root_offset + made.root_bytes;
    const auto end = fields.sectors * each;
    if (end > bytes.size() || made.data_offset >= end)
        return damaged_fat();
    const auto clusters = (end - made.data_offset) / made.cluster_bytes;
    if (clusters > most_clusters)
        return other();
    made.clusters = static_cast<std::uint32_t>(clusters);
    made.kind = fields.is_fat32 ? FatKind::fat32 : clusters <= most_fat12 ? FatKind::fat12 : FatKind::fat16;
    if (clusters == 0 || (made.kind == FatKind::fat16 && clusters > most_fat16) ||
        entries_of(made.kind, made.table_bytes) < clusters + FatGeometry::first_cluster)
        return damaged_fat();
    made.was_closed = (little_endian<std::uint8_t>(boot, fields.is_fat32 ? 65 : 37) & not_closed) == 0;
    if (fields.is_fat32)
        H2K_CHECK(add_fat32(made, fields, boot));
    return made;
}

} // namespace h2k
