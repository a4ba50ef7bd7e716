// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/base/i18n.h"
#include "convert/format/bytes.h"
#include "convert/source/image/vmdk/sparse.h"
#include "convert/source/image_kind.h"

namespace h2k {

namespace {

constexpr std::uint32_t entries = 4096;

struct CowdHeader {
    VmdkSparseHeader common;
    std::uint64_t directory_entries;
};

CowdHeader decode(std::string_view head) {
    const auto field = [&](std::size_t at) { return little_endian<std::uint32_t>(head, at); };
    VmdkSparseHeader common{.version = field(4), .entries_per_table = entries};
    common.capacity = field(12);
    common.grain_sectors = field(16);
    common.directory_offset = field(20);
    common.unclean = field(1648) != 0;
    return {common, field(24)};
}

} // namespace

bool is_vmdk_cowd(std::string_view head) { return head.starts_with("COWD"); }

Result<VmdkSparseHeader> read_vmdk_cowd(const HostFile &file) {
    constexpr std::size_t header_bytes = 2048;
    constexpr std::uint32_t largest_grain = 0x200000; // qemu's own limit
    const char *name = file.name().c_str();
    auto head = file.read(0, header_bytes);
    if (!head)
        return std::unexpected(std::move(head).error());
    const auto [header, directory] = decode(*head);
    if (header.version != 1)
        return fail(H2K_ERROR_SOURCE, _("“%s” is a VMDK of version %u, which is not supported."), name, header.version);
    if (header.capacity == 0)
        return fail(H2K_ERROR_SOURCE, _("“%s” is a VMDK with an invalid size."), name);
    const auto grain = header.grain_sectors;
    if (grain == 0 || (grain & (grain - 1)) != 0 || grain > largest_grain)
        return fail(H2K_ERROR_SOURCE, _("“%s” is a damaged VMDK: its grain size is invalid."), name);
    // Where the directory ends early, qemu fails while it reads the disk.
    const auto needed = (header.capacity + entries * grain - 1) / (entries * grain);
    if (directory < needed || !file.holds(header.directory_offset * sector_size, directory * sizeof(std::uint32_t)))
        return fail(H2K_ERROR_SOURCE, _("“%s” is a damaged VMDK: its grain directory does not cover its size."), name);
    return header;
}

} // namespace h2k
