// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/base/i18n.h"
#include "convert/format/bytes.h"
#include "convert/format/claims.h"
#include "convert/source/image/vmdk/sparse.h"
#include "convert/source/image_kind.h"
#include <algorithm>

namespace h2k {

namespace {

// VMware describes the format nowhere; the layout is the one that QEMU's block/vmdk.c reads, which accepts no other
// sizes than these.  Positions and lengths are in sectors, all numbers have 64 bits.
constexpr std::uint64_t const_magic = 0xcafebabe, volatile_magic = 0xcafecafe, only_version = 0x0000000200000001;
constexpr std::uint64_t grain = 8, table_sectors = 64;
constexpr std::uint64_t entries = table_sectors * sector_size / sizeof(std::uint64_t);
constexpr std::uint64_t grain_bytes = grain * sector_size, table_bytes = table_sectors * sector_size;

struct SeHeader {
    std::uint64_t capacity = 0, volatile_offset = 0, directory_offset = 0, directory_sectors = 0, tables_offset = 0,
                  grains_offset = 0;
};

bool is_zero(std::string_view bytes) { return bytes.find_first_not_of('\0') == std::string_view::npos; }

std::unexpected<Error> damaged(const HostFile &file, const char *what) {
    return fail(H2K_ERROR_SOURCE, _("“%s” is a damaged seSparse VMDK: %s."), file.name().c_str(), what);
}

std::uint64_t number(std::string_view bytes, std::uint64_t at) { return little_endian<std::uint64_t>(bytes, at); }

Result<> check_features(const HostFile &file, std::string_view head) {
    constexpr std::size_t flags = 40, reserved = 48, reserved_bytes = 32, padding = 208;
    const bool known = number(head, 8) == only_version && number(head, 24) == grain &&
                       number(head, 32) == table_sectors && number(head, flags) == 0 &&
                       is_zero(head.substr(reserved, reserved_bytes)) && is_zero(head.substr(padding));
    if (known)
        return {};
    return fail(H2K_ERROR_SOURCE,
                _("“%s” is a seSparse VMDK of a kind that QEMU does not read; copy the disk on the ESXi host with "
                  "“vmkfstools -i SNAPSHOT.vmdk -d thin COPY.vmdk”, or export the machine with ovftool."),
                file.name().c_str());
}

/// The header that changes: its journal must not have to be replayed.
Result<> check_volatile(const HostFile &file, std::uint64_t sector) {
    constexpr std::size_t padding = 32;
    if (sector > file.size() / sector_size || !file.holds(sector * sector_size, sector_size))
        return truncated(file, "VMDK");
    const auto bytes = H2K_TRY(file.read(sector * sector_size, sector_size));
    if (number(bytes, 0) != volatile_magic || !is_zero(std::string_view{bytes}.substr(padding)))
        return damaged(file, _("its second header is invalid"));
    if (number(bytes, 24) == 0)
        return {};
    return fail(H2K_ERROR_SOURCE,
                _("“%s” was not closed properly, and its journal has to be replayed, which only ESXi does: start and "
                  "shut down its machine there, or copy the disk with “vmkfstools -i SNAPSHOT.vmdk -d thin "
                  "COPY.vmdk”."),
                file.name().c_str());
}

Result<SeHeader> read_header(const HostFile &file) {
    const auto head = H2K_TRY(file.read(0, sector_size));
    H2K_CHECK(check_features(file, head));
    const SeHeader header{.capacity = number(head, 16),
                          .volatile_offset = number(head, 80),
                          .directory_offset = number(head, 128),
                          .directory_sectors = number(head, 136),
                          .tables_offset = number(head, 144),
                          .grains_offset = number(head, 192)};
    if (header.capacity == 0 || header.capacity > largest_disk / sector_size)
        return fail(H2K_ERROR_SOURCE, _("“%s” is a VMDK with an invalid size."), file.name().c_str());
    const auto end = file.size() / sector_size + 1;
    for (const auto position : {header.directory_offset, header.tables_offset, header.grains_offset})
        if (position == 0 || position > end)
            return truncated(file, "VMDK");
    const auto tables = (header.capacity + entries * grain - 1) / (entries * grain);
    constexpr std::uint64_t longest_directory = (32u << 20) / (sector_size / sizeof(std::uint64_t)); // QEMU's limit
    if (header.directory_sectors > longest_directory ||
        header.directory_sectors * sector_size < tables * sizeof(std::uint64_t))
        return damaged(file, _("its grain directory does not cover its size"));
    // QEMU reads all of it.
    if (!file.holds(header.directory_offset * sector_size, header.directory_sectors * sector_size))
        return truncated(file, "VMDK");
    H2K_CHECK(check_volatile(file, header.volatile_offset));
    return header;
}

/// Checks what the tables name.
class SeGrains {
  public:
    SeGrains(const HostFile &file, const SeHeader &header)
        : file_(file), header_(header), tables_(std::min(file.size() / table_bytes + 1, Claims::most_units)),
          grains_(std::min(file.size() / grain_bytes + 1, Claims::most_units)) {}
    /// @entry: of the directory, for the table of the grains from @first.
    [[nodiscard]] Result<> add(std::uint64_t entry, std::uint64_t first) {
        constexpr std::uint64_t low = G_MAXUINT32, allocated = 0x10000000;
        if (entry == 0)
            return {};
        const auto index = entry & low;
        const auto sector = header_.tables_offset + index * table_sectors;
        if (entry >> 32 != allocated || sector > low)
            return damaged(file_, _("its grain directory is invalid"));
        if (!file_.holds(sector * sector_size, table_bytes))
            return truncated(file_, "VMDK");
        if (!tables_.claim(index))
            return damaged(file_, _("its grain tables overlap"));
        const auto table = H2K_TRY(file_.read(sector * sector_size, table_bytes));
        for (std::uint64_t i = 0; i < entries; i++)
            H2K_CHECK(add_grain(number(table, i * sizeof(std::uint64_t)), (first + i) * grain));
        return {};
    }

  private:
    /// @start: sector of the disk.
    [[nodiscard]] Result<> add_grain(std::uint64_t entry, std::uint64_t start) {
        constexpr unsigned kind_bits = 60, high_bits = 48, low_width = 12;
        constexpr std::uint64_t unmapped = 1, zeroed = 2, allocated = 3, high_mask = 0xfff, low_mask = 0xffffffffffff;
        if (entry == 0 || start >= header_.capacity)
            return {};
        const auto kind = entry >> kind_bits;
        if (kind == unmapped || kind == zeroed)
            return {};
        if (kind != allocated)
            return damaged(file_, _("its grain tables are invalid"));
        const auto index = ((entry >> high_bits) & high_mask) | ((entry & low_mask) << low_width);
        if (index > file_.size() / grain_bytes)
            return truncated(file_, "VMDK");
        const auto wanted = std::min(grain, header_.capacity - start) * sector_size;
        if (!file_.holds((header_.grains_offset + index * grain) * sector_size, wanted))
            return truncated(file_, "VMDK");
        return grains_.claim(index) ? Result<>{} : damaged(file_, _("its grains overlap"));
    }

    const HostFile &file_;
    const SeHeader &header_;
    Claims tables_, grains_;
};

} // namespace

bool is_vmdk_se_sparse(std::string_view head) {
    return head.size() >= sizeof const_magic && number(head, 0) == const_magic;
}

Result<VmdkSparseHeader> check_vmdk_se_sparse(const HostFile &file) {
    constexpr std::uint64_t at_once = 16384;
    const auto header = H2K_TRY(read_header(file));
    const auto tables = (header.capacity + entries * grain - 1) / (entries * grain);
    SeGrains grains{file, header};
    for (std::uint64_t from = 0; from < tables; from += at_once) {
        const auto count = std::min(at_once, tables - from);
        const auto directory = H2K_TRY(file.read(header.directory_offset * sector_size + from * sizeof(std::uint64_t),
                                                 count * sizeof(std::uint64_t)));
        for (std::uint64_t i = 0; i < count; i++)
            H2K_CHECK(grains.add(number(directory, i * sizeof(std::uint64_t)), (from + i) * entries));
    }
    return VmdkSparseHeader{.capacity = header.capacity, .grain_sectors = grain};
}

} // namespace h2k
