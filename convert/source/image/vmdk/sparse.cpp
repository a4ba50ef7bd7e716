// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/source/image/vmdk/sparse.h"
#include "convert/base/i18n.h"
#include "convert/format/bytes.h"
#include "convert/format/claims.h"
#include "convert/source/image/vmdk/descriptor.h"
#include "convert/source/image_kind.h"
#include <algorithm>

namespace h2k {

namespace {

constexpr std::string_view magic = "KDMV";
constexpr std::string_view newline_test = "\n \r\n";
constexpr std::uint64_t at_end = G_MAXUINT64;
constexpr std::uint32_t has_newline_test = 1u << 0;
constexpr std::uint64_t largest_grain = 0x200000;      // qemu's own limit
constexpr std::uint32_t longest_table = 512;           // the specification's value, and qemu's limit
constexpr std::uint64_t longest_directory = 32u << 20; // entries; qemu's own limit
// qemu looks for a parent's name in this many sectors after the first.
constexpr std::uint64_t searched_sectors = 20;

VmdkSparseHeader decode(std::string_view sector) {
    VmdkSparseHeader header;
    header.version = little_endian<std::uint32_t>(sector, 4);
    header.capacity = little_endian<std::uint64_t>(sector, 12);
    header.grain_sectors = little_endian<std::uint64_t>(sector, 20);
    header.descriptor_offset = little_endian<std::uint64_t>(sector, 28);
    header.descriptor_sectors = little_endian<std::uint64_t>(sector, 36);
    header.entries_per_table = little_endian<std::uint32_t>(sector, 44);
    header.directory_offset = little_endian<std::uint64_t>(sector, 56);
    header.unclean = sector[72] != 0;
    header.compressed = little_endian<std::uint16_t>(sector, 77) == 1;
    return header;
}

Result<> check(const HostFile &file, const VmdkSparseHeader &header, std::string_view sector) {
    const char *name = file.name().c_str();
    if (header.version < 1 || header.version > 3)
        return fail(H2K_ERROR_SOURCE, _("“%s” is a VMDK of version %u, which is not supported."), name, header.version);
    if ((little_endian<std::uint32_t>(sector, 8) & has_newline_test) && sector.substr(73, 4) != newline_test)
        return fail(H2K_ERROR_SOURCE, _("“%s” was damaged by a transfer in text mode; copy it again in binary mode."),
                    name);
    if (little_endian<std::uint16_t>(sector, 77) > 1)
        return fail(H2K_ERROR_SOURCE, _("“%s” uses a compression method that is not supported."), name);
    if (header.capacity == 0 || header.capacity > largest_disk / sector_size)
        return fail(H2K_ERROR_SOURCE, _("“%s” is a VMDK with an invalid size."), name);
    const auto grain = header.grain_sectors;
    if (grain == 0 || (grain & (grain - 1)) != 0 || grain > largest_grain || header.entries_per_table == 0 ||
        header.entries_per_table > longest_table)
        return fail(H2K_ERROR_SOURCE, _("“%s” is a damaged VMDK: its grain size is invalid."), name);
    // The first grain's place: qemu refuses a file that ends before it.
    if (little_endian<std::uint64_t>(sector, 64) > (file.size() + sector_size - 1) / sector_size)
        return fail(H2K_ERROR_SOURCE, _("“%s” is truncated: it ends before its own tables."), name);
    return {};
}

/// The footer is in the last sector but one, between its own marker and the end-of-stream marker.
Result<std::string> read_footer(const HostFile &file) {
    constexpr std::uint64_t length = 3 * sector_size;
    constexpr std::uint32_t footer_marker = 3;
    const auto tail = H2K_TRY(file.read_some(file.size() - std::min(file.size(), length), length));
    const std::string_view all = tail;
    if (tail.size() != length || file.size() % sector_size != 0 || little_endian<std::uint32_t>(all, 8) != 0 ||
        little_endian<std::uint32_t>(all, 12) != footer_marker || !all.substr(sector_size).starts_with(magic) ||
        all.substr(2 * sector_size, 16).find_first_not_of('\0') != std::string_view::npos)
        return fail(H2K_ERROR_SOURCE, _("“%s” is truncated: the footer that should end this VMDK is missing."),
                    file.name().c_str());
    return tail.substr(sector_size, sector_size);
}

/// Bytes that the grain at @sector takes, of which @wanted sectors belong to the disk.
Result<std::uint64_t> stored_length(const HostFile &file, const VmdkSparseHeader &header, std::uint64_t sector,
                                    std::uint64_t wanted) {
    constexpr std::size_t marker = 12; // address and length before compressed data
    if (!header.compressed)
        return wanted * sector_size;
    if (!file.holds(sector * sector_size, marker))
        return truncated(file, "VMDK");
    const auto head = H2K_TRY(file.read(sector * sector_size, marker));
    return marker + std::uint64_t{little_endian<std::uint32_t>(head, 8)};
}

/// What the tables name.
class Grains {
  public:
    /// Grains start anywhere if they are compressed, and else lie at least their own length apart.
    Grains(const HostFile &file, const VmdkSparseHeader &header)
        : file_(file), header_(header), apart_(header.compressed ? 1 : header.grain_sectors),
          claims_(std::min(file.size() / sector_size, most_sectors) / apart_ + 1) {}
    /// @first: number of the first grain of @table.
    [[nodiscard]] Result<> add_table(std::string_view table, std::uint64_t first);
    /// Bytes of the disk that grains hold.
    [[nodiscard]] std::uint64_t bytes() const { return bytes_; }

  private:
    static constexpr std::uint64_t most_sectors = G_MAXUINT32; // numbers of sectors have 32 bits
    const HostFile &file_;
    const VmdkSparseHeader &header_;
    std::uint64_t apart_;
    Claims claims_;
    std::uint64_t bytes_ = 0;
};

Result<> Grains::add_table(std::string_view table, std::uint64_t first) {
    constexpr std::uint32_t zeroed = 1;
    std::uint64_t last = 0, last_wanted = 0;
    for (std::uint32_t i = 0; i < header_.entries_per_table; i++) {
        const auto sector = little_endian<std::uint32_t>(table, i * sizeof(std::uint32_t));
        const auto start = (first + i) * header_.grain_sectors;
        if (sector <= zeroed || start >= header_.capacity)
            continue;
        if (sector >= file_.size() / sector_size)
            return truncated(file_, "VMDK");
        const auto wanted = std::min(header_.grain_sectors, header_.capacity - start);
        bytes_ += wanted * sector_size;
        if (!claims_.claim(sector / apart_) || (!header_.compressed && bytes_ > file_.size()))
            return fail(H2K_ERROR_SOURCE, _("“%s” is a damaged VMDK: its grains overlap."), file_.name().c_str());
        if (sector > last) {
            last = sector;
            last_wanted = wanted;
        }
    }
    if (last == 0)
        return {};
    const auto length = H2K_TRY(stored_length(file_, header_, last, last_wanted));
    return file_.holds(last * sector_size, length) ? Result<>{} : truncated(file_, "VMDK");
}

} // namespace

bool is_vmdk_sparse(std::string_view head) { return head.starts_with(magic); }

Result<VmdkSparseHeader> read_vmdk_sparse(const HostFile &file) {
    const auto sector = H2K_TRY(file.read(0, sector_size));
    const auto header = decode(sector);
    H2K_CHECK(check(file, header, sector));
    if (header.directory_offset != at_end)
        return header;
    const auto last = H2K_TRY(read_footer(file));
    auto footer = decode(last);
    H2K_CHECK(check(file, footer, last));
    if (footer.capacity != header.capacity || footer.directory_offset == at_end)
        return fail(H2K_ERROR_SOURCE, _("“%s” is a damaged VMDK: its header and its footer contradict each other."),
                    file.name().c_str());
    footer.footer = true;
    // The descriptor is where the header says; many writers leave these two empty in the footer.
    footer.descriptor_offset = header.descriptor_offset;
    footer.descriptor_sectors = header.descriptor_sectors;
    return footer;
}

Result<std::string> read_embedded_descriptor(const HostFile &file, const VmdkSparseHeader &header) {
    const char *name = file.name().c_str();
    const auto no_descriptor = [&] {
        return fail(H2K_ERROR_SOURCE,
                    _("“%s” is one part of a VMDK and has no descriptor; name the descriptor file of the disk."), name);
    };
    if (header.descriptor_offset == 0 || header.descriptor_sectors == 0)
        return no_descriptor();
    if (header.descriptor_offset != 1 || header.descriptor_sectors > longest_vmdk_descriptor / sector_size)
        return fail(H2K_ERROR_SOURCE, _("“%s” has its VMDK descriptor at an invalid position."), name);
    auto text = H2K_TRY(file.read(sector_size, header.descriptor_sectors * sector_size));
    const auto end = text.find('\0');
    if (end == 0)
        return no_descriptor();
    if (end == std::string::npos && header.descriptor_sectors < searched_sectors)
        return fail(H2K_ERROR_SOURCE, _("“%s” has a VMDK descriptor without an end."), name);
    text.resize(std::min(end, text.size()));
    return text;
}

Result<std::uint64_t> check_vmdk_grains(const HostFile &file, const VmdkSparseHeader &header) {
    const auto table_bytes = header.entries_per_table * sizeof(std::uint32_t);
    const auto covered = header.entries_per_table * header.grain_sectors;
    const auto tables = (header.capacity + covered - 1) / covered;
    if (tables > longest_directory)
        return fail(H2K_ERROR_SOURCE, _("“%s” is a damaged VMDK: its grain size is invalid."), file.name().c_str());
    constexpr std::size_t at_once = 16384;
    if (header.directory_offset > file.size() / sector_size ||
        !file.holds(header.directory_offset * sector_size, tables * sizeof(std::uint32_t)))
        return truncated(file, "VMDK");
    // Overlapping tables are damage, and could make this walk endless.
    std::uint64_t remaining = file.size() / table_bytes;
    Grains grains{file, header};
    for (std::uint64_t from = 0; from < tables; from += at_once) {
        const auto count = std::min<std::uint64_t>(at_once, tables - from);
        const auto directory = H2K_TRY(file.read(header.directory_offset * sector_size + from * sizeof(std::uint32_t),
                                                 count * sizeof(std::uint32_t)));
        for (std::uint64_t i = 0; i < count; i++) {
            const auto sector = little_endian<std::uint32_t>(directory, i * sizeof(std::uint32_t));
            if (sector == 0)
                continue;
            if (remaining-- == 0)
                return fail(H2K_ERROR_SOURCE, _("“%s” is a damaged VMDK: its grain tables overlap."),
                            file.name().c_str());
            if (!file.holds(sector * sector_size, table_bytes))
                return truncated(file, "VMDK");
            const auto table = H2K_TRY(file.read(sector * sector_size, table_bytes));
            H2K_CHECK(grains.add_table(table, (from + i) * header.entries_per_table));
        }
    }
    return header.compressed ? grains.bytes() : 0;
}

} // namespace h2k
