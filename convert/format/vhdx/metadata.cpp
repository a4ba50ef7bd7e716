// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/format/vhdx/metadata.h"
#include "convert/base/i18n.h"
#include "convert/format/bytes.h"
#include "convert/format/identifier.h"
#include "convert/format/limits.h"
#include <array>
#include <bit>
#include <map>

namespace h2k {

namespace {

// [MS-VHDX] section 2.6.1; numbers have their least significant byte first.
constexpr std::size_t metadata_table_size = 64u << 10;
constexpr std::size_t table_header_size = 32, table_entry_size = 32;
constexpr std::uint32_t most_items = 2047, longest_item = 1u << 20;
constexpr std::uint32_t is_user = 1u << 0, is_required = 1u << 2;

// [MS-VHDX] section 2.6.2.
constexpr std::string_view file_parameters = "caa16737-fa36-4d43-b3b6-33f0aa44e76b";
constexpr std::string_view disk_size = "2fa54224-cd1b-4876-b211-5dbed83bf4b8";
constexpr std::string_view disk_id = "beca12ab-b2e6-4523-93ef-c309e000c746";
constexpr std::string_view logical_sector = "8141bf1d-a96f-4709-ba47-f233a8faab5f";
constexpr std::string_view physical_sector = "cda348c7-445d-4471-9cc9-e9885251c556";
constexpr std::string_view parent_locator = "a8d35f2d-b30b-454d-abf7-d3d84834ab0c";
constexpr std::uint32_t stays_allocated = 1u << 0, has_parent = 1u << 1;
constexpr std::uint64_t largest_block = 256 * mebibyte;

struct Known {
    std::string_view guid;
    std::size_t length; ///< 0: it varies
};
constexpr std::array known_items{Known{file_parameters, 8}, Known{disk_size, 8},       Known{disk_id, 16},
                                 Known{logical_sector, 4},  Known{physical_sector, 4}, Known{parent_locator, 0}};

/// The items that are present.  All but the parent locator are required.
using Items = std::map<std::string_view, std::string>; ///< by the known GUIDs

std::unexpected<Error> damaged(const HostFile &file) {
    return fail(H2K_ERROR_SOURCE, _("“%s” is a damaged VHDX: its metadata is invalid."), file.name().c_str());
}

Result<> read_item(const HostFile &file, const Window &region, std::string_view entry, Items &items) {
    const auto guid = guid_text(entry);
    const auto offset = little_endian<std::uint32_t>(entry, 16), length = little_endian<std::uint32_t>(entry, 20);
    const auto flags = little_endian<std::uint32_t>(entry, 24);
    const Known *known = nullptr;
    for (const auto &one : known_items)
        if (one.guid == guid && !(flags & is_user))
            known = &one;
    if (!known && (flags & is_required))
        return fail(H2K_ERROR_SOURCE, _("“%s” requires VHDX metadata that is not supported: %s."), file.name().c_str(),
                    guid.c_str());
    if (!known)
        return {};
    const bool fits = offset >= metadata_table_size && offset <= region.length && length <= region.length - offset;
    if (!fits || length > longest_item || (known->length != 0 && length != known->length) ||
        items.contains(known->guid))
        return damaged(file);
    items.emplace(known->guid, H2K_TRY(file.read(region.offset + offset, length)));
    return {};
}

Result<Items> read_items(const HostFile &file, const Window &region) {
    const auto table = H2K_TRY(file.read(region.offset, metadata_table_size));
    const auto count = little_endian<std::uint16_t>(table, 10);
    if (!table.starts_with("metadata") || count > most_items)
        return damaged(file);
    Items items;
    for (std::size_t i = 0; i < count; i++)
        H2K_CHECK(read_item(file, region,
                            std::string_view{table}.substr(table_header_size + i * table_entry_size, table_entry_size),
                            items));
    for (const auto &known : known_items)
        if (known.guid != parent_locator && !items.contains(known.guid))
            return damaged(file);
    return items;
}

std::string_view value_of(const Items &items, std::string_view guid) {
    const auto found = items.find(guid);
    return found == items.end() ? std::string_view{} : found->second;
}

Result<> check_sectors(const HostFile &file, const Items &items) {
    const auto logical = little_endian<std::uint32_t>(value_of(items, logical_sector), 0);
    if (logical == 4096)
        return fail(
            H2K_ERROR_SOURCE,
            _("“%s” is a VHDX with sectors of 4096 bytes, which QEMU does not support; copy its system to a disk with "
              "sectors of 512 bytes where it runs."),
            file.name().c_str());
    const auto physical = little_endian<std::uint32_t>(value_of(items, physical_sector), 0);
    return logical == sector_size && (physical == sector_size || physical == 4096) ? Result<>{} : damaged(file);
}

} // namespace

Result<VhdxMetadata> read_vhdx_metadata(const HostFile &file, const Window &region) {
    const auto items = H2K_TRY(read_items(file, region));
    VhdxMetadata found;
    H2K_CHECK(check_sectors(file, items));
    found.block_bytes = little_endian<std::uint32_t>(value_of(items, file_parameters), 0);
    const auto flags = little_endian<std::uint32_t>(value_of(items, file_parameters), 4);
    found.bytes = little_endian<std::uint64_t>(value_of(items, disk_size), 0);
    found.fixed = flags & stays_allocated;
    if (found.block_bytes < mebibyte || found.block_bytes > largest_block || !std::has_single_bit(found.block_bytes))
        return fail(H2K_ERROR_SOURCE, _("“%s” is a damaged VHDX: its block size is invalid."), file.name().c_str());
    if (found.bytes == 0 || found.bytes > largest_disk || found.bytes % sector_size != 0)
        return fail(H2K_ERROR_SOURCE, _("“%s” is a damaged VHDX: its disk size is invalid."), file.name().c_str());
    if (flags & ~(stays_allocated | has_parent))
        return damaged(file);
    const auto locator = items.find(parent_locator);
    if (((flags & has_parent) != 0) != (locator != items.end()))
        return damaged(file);
    if (locator != items.end())
        found.parent = H2K_TRY(read_vhdx_parent(file, locator->second));
    return found;
}

} // namespace h2k
