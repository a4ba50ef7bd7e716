// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/base/i18n.h"
#include "convert/format/bytes.h"
#include "convert/format/identifier.h"
#include "convert/format/magic.h"
#include "convert/source/image_kind.h"
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
    std::uint32_t block_bytes = 0, block_extra = 0, blocks = 0, allocated = 0;
    std::string identity, link, parent;
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
            .allocated = number(0x184),
            .identity = guid_text(head.substr(0x188)),
            .link = guid_text(head.substr(0x1a8)),
            .parent = guid_text(head.substr(0x1b8))};
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
    if (header.type == type_differencing || header.link != null_uuid || header.parent != null_uuid)
        return fail(
            H2K_ERROR_SOURCE,
            _("“%s” is a snapshot of VirtualBox and holds only what changed since its parent, which qemu does "
              "not read; copy the disk with “VBoxManage clonemedium THIS.vdi COPY.vdi” and name the copy, or delete "
              "the snapshots in VirtualBox."),
            name);
    if (header.type != type_dynamic && header.type != type_fixed)
        return fail(H2K_ERROR_SOURCE, _("“%s” is a VDI of type %u, which is not supported."), name, header.type);
    return {};
}

Result<> check_sizes(const HostFile &file, const Header &header) {
    const char *name = file.name().c_str();
    // qemu 7.2 knows blocks of this one size, and VirtualBox makes no others.
    if (header.block_bytes != mebibyte || header.block_extra != 0 || header.sector_bytes != sector_size)
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

/// Checks that every block of the map lies within the file, and that no two overlap.
Result<> check_map(const HostFile &file, const Header &header) {
    constexpr std::uint64_t at_once = 16384;
    std::vector<bool> taken(header.blocks);
    for (std::uint64_t from = 0; from < header.blocks; from += at_once) {
        const auto count = std::min<std::uint64_t>(at_once, header.blocks - from);
        const auto map =
            H2K_TRY(file.read(header.map_offset + from * sizeof(std::uint32_t), count * sizeof(std::uint32_t)));
        for (std::uint64_t i = 0; i < count; i++) {
            const auto block = little_endian<std::uint32_t>(map, i * sizeof(std::uint32_t));
            const auto start = (from + i) * mebibyte;
            if (block == unallocated || block == discarded || start >= header.bytes)
                continue;
            if (block >= header.blocks || taken[block])
                return fail(H2K_ERROR_SOURCE, _("“%s” is a damaged VDI: its blocks overlap or lie outside of it."),
                            file.name().c_str());
            taken[block] = true;
            // The last block may end with the disk.
            if (!file.holds(header.data_offset + block * mebibyte, std::min(mebibyte, header.bytes - start)))
                return truncated(file, "VDI");
        }
    }
    return {};
}

class Vdi final : public ImageKind {
  public:
    DiskFormat format() const override { return DiskFormat::vdi; }
    bool recognises(const HostFile &, std::string_view head) const override { return starts_as(head, format()); }
    Result<DescribedDisk> describe(const HostFile &file, std::string_view head, const Fence &) const override {
        if (head.size() < header_size)
            return truncated(file, "VDI");
        const auto header = decode(head);
        H2K_CHECK(check_type(file, header));
        H2K_CHECK(check_sizes(file, header));
        H2K_CHECK(check_map(file, header));
        DescribedDisk found;
        found.disk.top.path = file.path();
        found.disk.top.held = file.held();
        found.disk.top.format = DiskFormat::vdi;
        found.disk.top.subformat = header.type == type_fixed ? "fixed" : "dynamic";
        found.disk.top.bytes = header.bytes;
        found.disk.top.identity = header.identity;
        found.disk.files.push_back(file.path());
        return found;
    }
};

} // namespace

const ImageKind &vdi_kind() {
    static const Vdi kind;
    return kind;
}

} // namespace h2k
