// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/format/vhdx/layout.h"
#include "convert/base/i18n.h"
#include "convert/format/bytes.h"
#include "convert/format/identifier.h"
#include "convert/format/limits.h"
#include "convert/format/vhdx/crc32c.h"
#include "convert/format/vhdx/metadata.h"

namespace h2k {

namespace {

// [MS-VHDX] sections 2.2.1 to 2.2.3; QEMU also reads both copies of the header and the first region table.
constexpr std::string_view identifier = "vhdxfile";
constexpr std::uint64_t first_header = 64u << 10, second_header = 128u << 10, region_table = 192u << 10;
constexpr std::size_t header_size = 4096, region_table_size = 64u << 10;
constexpr std::size_t checksum_at = 4;
constexpr std::uint32_t most_regions = 2047;
constexpr std::size_t region_header_size = 16, region_entry_size = 32;
constexpr std::string_view table_guid = "2dc27766-f623-4200-9d64-115e9bfd4a08";
constexpr std::string_view metadata_guid = "8b7ca206-4790-4b9a-b8fe-575f050f886e";
constexpr std::string_view no_log = "00000000-0000-0000-0000-000000000000";
constexpr std::uint64_t largest_file = 2 * largest_disk;

std::unexpected<Error> damaged_headers(const HostFile &file) {
    return fail(H2K_ERROR_SOURCE, _("“%s” is a damaged VHDX: it has no valid header."), file.name().c_str());
}

std::unexpected<Error> damaged_regions(const HostFile &file) {
    return fail(H2K_ERROR_SOURCE, _("“%s” is a damaged VHDX: its region table is invalid."), file.name().c_str());
}

/// Is the CRC-32C of @part right?  It is computed with its own four bytes zero.
bool is_sound(std::string part) {
    const auto stored = little_endian<std::uint32_t>(part, checksum_at);
    part.replace(checksum_at, sizeof stored, sizeof stored, '\0');
    return crc32c(part) == stored;
}

/// The current header: the valid one with the higher sequence number.
Result<std::string> current_header(const HostFile &file) {
    std::string best;
    for (const auto offset : {first_header, second_header}) {
        auto header = H2K_TRY(file.read(offset, header_size));
        if (header.compare(0, 4, "head") != 0 || !is_sound(header))
            continue;
        const auto sequence = little_endian<std::uint64_t>(header, 8);
        // Two different headers with the same number cannot both be current.
        if (!best.empty() && sequence == little_endian<std::uint64_t>(best, 8) && header != best)
            return damaged_headers(file);
        if (best.empty() || sequence > little_endian<std::uint64_t>(best, 8))
            best = std::move(header);
    }
    return best.empty() ? damaged_headers(file) : Result<std::string>{std::move(best)};
}

Result<> read_header(const HostFile &file, VhdxLayout &layout) {
    const auto header = H2K_TRY(current_header(file));
    const std::string_view view{header};
    const auto log_version = little_endian<std::uint16_t>(header, 64),
               version = little_endian<std::uint16_t>(header, 66);
    if (version != 1 || log_version != 0)
        return fail(H2K_ERROR_SOURCE, _("“%s” is a VHDX of version %u, which is not supported."), file.name().c_str(),
                    unsigned{version});
    layout.identity = guid_text(view.substr(32));
    layout.log = {.offset = little_endian<std::uint64_t>(header, 72),
                  .length = little_endian<std::uint32_t>(header, 68)};
    if (guid_text(view.substr(48)) != no_log)
        return fail(
            H2K_ERROR_SOURCE,
            _("“%s” was not closed properly, and its log has to be replayed first: start and shut down its machine "
              "in Hyper-V, or run “qemu-img check -r all” on a copy."),
            file.name().c_str());
    return {};
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
    if (table.compare(0, 4, "regi") != 0 || !is_sound(table))
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

bool is_vhdx(std::string_view head) { return head.starts_with(identifier); }

Result<VhdxLayout> read_vhdx(const HostFile &file) {
    if (file.size() < mebibyte)
        return fail(H2K_ERROR_SOURCE, _("“%s” is truncated: it is shorter than the headers of a VHDX."),
                    file.name().c_str());
    if (file.size() > largest_file)
        return fail(H2K_ERROR_SOURCE, _("“%s” is larger than a VHDX can be."), file.name().c_str());
    VhdxLayout layout;
    H2K_CHECK(read_header(file, layout));
    H2K_CHECK(read_regions(file, layout));
    static_cast<VhdxMetadata &>(layout) = H2K_TRY(read_vhdx_metadata(file, layout.metadata));
    return layout;
}

} // namespace h2k
