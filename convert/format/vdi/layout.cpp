// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/format/vdi/layout.h"
#include "convert/base/i18n.h"
#include "convert/format/bytes.h"
#include "convert/format/identifier.h"
#include "convert/format/limits.h"
#include <algorithm>
#include <vector>

namespace h2k {

namespace {

// The header of version 1.1, as the comment in QEMU's block/vdi.c lays it out; numbers have their least significant
// byte first.
constexpr std::size_t header_size = 512;
constexpr std::uint32_t version_1_1 = 0x00010001;
constexpr std::uint32_t unallocated = 0xffffffff, discarded = 0xfffffffe;
constexpr std::uint32_t type_dynamic = 1, type_fixed = 2, type_undo = 3, type_differencing = 4;
constexpr std::string_view null_uuid = "00000000-0000-0000-0000-000000000000";

struct Header {
    std::uint32_t version = 0, type = 0, map_offset = 0, data_offset = 0, sector_bytes = 0;
    std::uint64_t bytes = 0;
    std::uint32_t block_bytes = 0, block_extra = 0, blocks = 0;
    std::string identity, modification, link, link_modification;
};

Header decode(std::string_view head) {
    const auto number = [&](std::size_t at) { return little_endian<std::uint32_t>(head, at); };
    return {.version = number(0x44),
            .type = number(0x4c),
            .map_offset = number(0x154),
            .data_offset = number(0x158),
            .sector_bytes = number(0x168),
            .bytes = little_endian<std::uint64_t>(head, 0x170),
            .block_bytes = number(0x178),
            .block_extra = number(0x17c),
            .blocks = number(0x180),
            .identity = guid_text(head.substr(0x188)),
            .modification = guid_text(head.substr(0x198)),
            .link = guid_text(head.substr(0x1a8)),
            .link_modification = guid_text(head.substr(0x1b8))};
}

Result<> check_type(const HostFile &file, const Header &header) {
    const char *name = file.name().c_str();
    if (header.version != version_1_1)
        return fail(H2K_ERROR_SOURCE, _("“%s” is a VDI of version %u.%u, which is not supported."), name,
                    header.version >> 16, header.version & 0xffff);
    if (header.type == type_undo)
        return fail(
            H2K_ERROR_SOURCE,
            _("“%s” is an undo image of VirtualBox, which qemu does not read; copy it with “VBoxManage clonemedium "
              "THIS.vdi COPY.vdi” and name the copy."),
            name);
    if (header.type != type_dynamic && header.type != type_fixed && header.type != type_differencing)
        return fail(H2K_ERROR_SOURCE, _("“%s” is a VDI of type %u, which is not supported."), name, header.type);
    return {};
}

/// Whatever type it has, an image with a parent lacks what is in that.
bool has_parent(const Header &header) {
    return header.type == type_differencing || header.link != null_uuid || header.link_modification != null_uuid;
}

Result<> check_sizes(const HostFile &file, const Header &header) {
    const char *name = file.name().c_str();
    // qemu 7.2 knows blocks of this one size, and VirtualBox makes no others.
    if (header.block_bytes != VdiLayout::block_bytes || header.block_extra != 0 || header.sector_bytes != sector_size)
        return fail(
            H2K_ERROR_SOURCE,
            _("“%s” is a VDI whose blocks are not of 1 MiB, which qemu does not read; copy the disk with “VBoxManage "
              "clonemedium THIS.vdi COPY.vdi” and name the copy."),
            name);
    if (header.bytes == 0 || header.bytes > largest_disk || header.bytes % sector_size != 0)
        return fail(H2K_ERROR_SOURCE, _("“%s” is a VDI with an invalid size."), name);
    const auto map_end = header.map_offset + std::uint64_t{header.blocks} * sizeof(std::uint32_t);
    if (header.map_offset % sector_size != 0 || header.data_offset % sector_size != 0 ||
        header.map_offset < header_size || map_end > header.data_offset)
        return fail(H2K_ERROR_SOURCE, _("“%s” is a damaged VDI: its block map is at an invalid position."), name);
    if (header.blocks * mebibyte < header.bytes || header.blocks > largest_disk / mebibyte)
        return fail(H2K_ERROR_SOURCE, _("“%s” is a damaged VDI: its block map does not cover its size."), name);
    return file.holds(header.map_offset, map_end - header.map_offset) ? Result<>{} : truncated(file, "VDI");
}

/// Visits the entries of the map up to the end of the disk.
Result<> for_each_entry(const HostFile &file, const VdiLayout &layout,
                        const std::function<Result<>(std::uint64_t block, std::uint32_t entry)> &visit) {
    constexpr std::uint64_t at_once = 16384;
    const auto used = (layout.bytes + VdiLayout::block_bytes - 1) / VdiLayout::block_bytes;
    for (std::uint64_t from = 0; from < used; from += at_once) {
        const auto count = std::min<std::uint64_t>(at_once, used - from);
        const auto map =
            H2K_TRY(file.read(layout.map_offset + from * sizeof(std::uint32_t), count * sizeof(std::uint32_t)));
        for (std::uint64_t i = 0; i < count; i++)
            H2K_CHECK(visit(from + i, little_endian<std::uint32_t>(map, i * sizeof(std::uint32_t))));
    }
    return {};
}

} // namespace

Result<VdiLayout> read_vdi(const HostFile &file) {
    const auto head = H2K_TRY(file.read_some(0, header_size));
    if (head.size() < header_size)
        return truncated(file, "VDI");
    auto header = decode(head);
    H2K_CHECK(check_type(file, header));
    H2K_CHECK(check_sizes(file, header));
    return VdiLayout{.bytes = header.bytes,
                     .map_offset = header.map_offset,
                     .data_offset = header.data_offset,
                     .blocks = header.blocks,
                     .fixed = header.type == type_fixed,
                     .differencing = has_parent(header),
                     .identity = std::move(header.identity),
                     .modification = std::move(header.modification),
                     .parent = std::move(header.link),
                     .parent_modification = std::move(header.link_modification)};
}

Result<> check_vdi_blocks(const HostFile &file, const VdiLayout &layout) {
    std::vector<bool> taken(layout.blocks);
    return for_each_entry(file, layout, [&](std::uint64_t block, std::uint32_t entry) -> Result<> {
        if (entry == unallocated || entry == discarded)
            return {};
        if (entry >= layout.blocks || taken[entry])
            return fail(H2K_ERROR_SOURCE, _("“%s” is a damaged VDI: its blocks overlap or lie outside of it."),
                        file.name().c_str());
        taken[entry] = true;
        // The last block may end with the disk.
        if (!file.holds(layout.data_offset + entry * mebibyte, std::min(mebibyte, layout.bytes - block * mebibyte)))
            return truncated(file, "VDI");
        return {};
    });
}

Result<> for_each_vdi_block(
    const HostFile &file, const VdiLayout &layout,
    const std::function<Result<>(std::uint64_t block, std::optional<std::uint64_t> file_offset)> &visit) {
    return for_each_entry(file, layout, [&](std::uint64_t block, std::uint32_t entry) -> Result<> {
        if (entry == unallocated)
            return {};
        if (entry == discarded)
            return visit(block, std::nullopt);
        return visit(block, layout.data_offset + entry * mebibyte);
    });
}

} // namespace h2k
