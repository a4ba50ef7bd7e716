// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/format/vhdx/layout.h"
#include "convert/base/i18n.h"
#include "convert/format/bytes.h"
#include "convert/format/identifier.h"
#include "convert/format/limits.h"
#include "convert/format/vhdx/header.h"
#include "convert/format/vhdx/metadata.h"

namespace h2k {

namespace {

// [MS-VHDX] section 2.2.3; QEMU also reads the first region table.
constexpr std::uint64_t region_table = 192u << 10;
constexpr std::size_t region_table_size = 64u << 10;
constexpr std::uint32_t most_regions = 2047;
constexpr std::size_t region_header_size = 16, region_entry_size = 32;
constexpr std::string_view table_guid = "2dc27766-f623-4200-9d64-115e9bfd4a08";
constexpr std::string_view metadata_guid = "8b7ca206-4790-4b9a-b8fe-575f050f886e";

std::unexpected<Error> damaged_regions(const HostFile &file) {
    return fail(H2K_ERROR_SOURCE, _("“%s” is a damaged VHDX: its region table is invalid."), file.name().c_str());
}

/// Regions start at whole mebibytes after the headers.
Result<> check_region(const HostFile &file, const Window &region) {
    if (region.offset < mebibyte || region.offset % mebibyte != 0 || region.length % mebibyte != 0)
        return damaged_regions(file);
    if (!file.holds(region.offset, region.length))
        return fail(H2K_ERROR_SOURCE, _("“%s” is truncated: this VHDX refers to data beyond the end of the file."),
                    file.name().c_str());
    return {};
}

Result<> read_region(const HostFile &file, VhdxLayout &layout, std::string_view entry) {
    const auto guid = guid_text(entry);
    const Window region{.offset = little_endian<std::uint64_t>(entry, 16),
                        .length = little_endian<std::uint32_t>(entry, 24)};
    if (guid != table_guid && guid != metadata_guid) {
        if (little_endian<std::uint32_t>(entry, 28) & 1)
            return fail(H2K_ERROR_SOURCE, _("“%s” requires a VHDX region that is not supported: %s."),
                        file.name().c_str(), guid.c_str());
        return {};
    }
    auto &known = guid == table_guid ? layout.table : layout.metadata;
    if (known.length != 0 || region.length == 0)
        return damaged_regions(file);
    known = region;
    return check_region(file, region);
}

Result<> read_regions(const HostFile &file, VhdxLayout &layout) {
    const auto table = H2K_TRY(file.read(region_table, region_table_size));
    if (table.compare(0, 4, "regi") != 0 || !has_vhdx_checksum(table))
        return fail(H2K_ERROR_SOURCE, _("“%s” is a damaged VHDX: the checksum of its region table is wrong."),
                    file.name().c_str());
    const auto count = little_endian<std::uint32_t>(table, 8);
    if (count > most_regions)
        return damaged_regions(file);
    for (std::size_t i = 0; i < count; i++)
        H2K_CHECK(
            read_region(file, layout,
                        std::string_view{table}.substr(region_header_size + i * region_entry_size, region_entry_size)));
    if (layout.table.length == 0 || layout.metadata.length == 0)
        return damaged_regions(file);
    return layout.log.length == 0 ? Result<>{} : check_region(file, layout.log);
}

} // namespace

std::uint64_t VhdxLayout::chunk_ratio() const noexcept {
    constexpr std::uint64_t sectors_a_bitmap = 1u << 23;
    return sectors_a_bitmap * sector_size / block_bytes;
}

Result<VhdxLayout> read_vhdx(const HostFile &file) {
    auto header = H2K_TRY(read_vhdx_header(file));
    if (!header.log_guid.empty())
        return fail(H2K_ERROR_SOURCE, _("“%s” was not closed properly, and its log was not replayed."),
                    file.name().c_str());
    VhdxLayout layout;
    layout.identity = std::move(header.identity);
    layout.log = header.log;
    H2K_CHECK(read_regions(file, layout));
    static_cast<VhdxMetadata &>(layout) = H2K_TRY(read_vhdx_metadata(file, layout.metadata));
    return layout;
}

} // namespace h2k
