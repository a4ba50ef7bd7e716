// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/direct/program/table_ranges.h"
#include "convert/base/zeros.h"
#include "convert/format/bytes.h"
#include <algorithm>
#include <array>

namespace h2k {

namespace {

constexpr std::size_t entries_of_mbr = 4, first_entry = 446, entry_bytes = 16;
constexpr unsigned most_logical = 251;            ///< Linux numbers partitions to 255
constexpr std::uint64_t nested_bytes = 16u << 10; ///< of a partition, where a table within it would be
constexpr std::uint64_t most_entries_bytes = 4u << 20;

struct Entry {
    unsigned boot = 0, type = 0;
    std::uint64_t start = 0, size = 0; ///< in sectors
    [[nodiscard]] bool is_bootable() const { return boot == 0 || boot == 0x80; }
    [[nodiscard]] bool is_protective() const { return type == 0xee; }
    [[nodiscard]] bool is_extended() const { return type == 0x05 || type == 0x0f || type == 0x85; }
};

/// The four entries of an MBR or EBR.
std::array<Entry, entries_of_mbr> entries_of(std::string_view sector) {
    std::array<Entry, entries_of_mbr> entries;
    for (std::size_t i = 0; i < entries.size(); ++i) {
        const auto at = first_entry + i * entry_bytes;
        entries[i] = {.boot = little_endian<std::uint8_t>(sector, at),
                      .type = little_endian<std::uint8_t>(sector, at + 4),
                      .start = little_endian<std::uint32_t>(sector, at + 8),
                      .size = little_endian<std::uint32_t>(sector, at + 12)};
    }
    return entries;
}

/// libblkid counts in 32 bits, of units of 512 bytes.
bool is_countable(std::uint64_t sectors, unsigned sector_bytes) { return sectors <= UINT32_MAX / (sector_bytes / 512); }

bool has_signature(std::string_view sector) { return sector.size() >= 512 && sector.substr(510, 2) == "\x55\xaa"; }

/// The bytes of @range; fewer at the end of the disk.
Result<std::string> read_range(Bytes &disk, Sample::Range range) {
    if (range.offset >= disk.size())
        return std::string{};
    std::string bytes(static_cast<std::size_t>(std::min(range.length, disk.size() - range.offset)), '\0');
    H2K_CHECK(disk.read(range.offset, bytes));
    return bytes;
}

/// Follows the chain of EBRs in @extended.  Counted are chains as partitioning programs write them: one partition and
/// one link each.
Result<> follow_logical(Bytes &disk, const Entry &extended, unsigned sector_bytes, TableRanges &found) {
    auto at = extended.start;
    unsigned number = 0;
    for (unsigned i = 0; i <= most_logical; ++i) {
        const Sample::Range range{at * sector_bytes, sector_bytes};
        found.ranges.push_back(range);
        const auto sector = H2K_TRY(read_range(disk, range));
        const auto [data, link, third, fourth] = entries_of(sector);
        if (!has_signature(sector)) {
            found.logical = number;
            return {};
        }
        const bool plain = !data.is_extended() && third.size == 0 && fourth.size == 0 &&
                           (link.size == 0 || (link.is_extended() && link.start != 0)) &&
                           (data.size == 0 || data.start != 0);
        if (!plain || !is_countable(at + data.start + data.size, sector_bytes))
            return {};
        if (data.size != 0)
            ++number;
        if (link.size == 0) {
            found.logical = number;
            return {};
        }
        at = extended.start + link.start;
        if (!is_countable(at, sector_bytes))
            return {};
    }
    return {};
}

Result<> read_mbr(Bytes &disk, std::string_view start, unsigned sector_bytes, TableRanges &found) {
    const auto entries = entries_of(start);
    if (!has_signature(start))
        return {};
    found.protective = std::ranges::any_of(entries, &Entry::is_protective);
    if (found.protective || !std::ranges::all_of(entries, &Entry::is_bootable))
        return {};
    std::size_t extended = 0;
    bool countable = true;
    for (const auto &entry : entries) {
        if (entry.size == 0)
            continue;
        found.mbr = true;
        found.dynamic = found.dynamic || entry.type == 0x42;
        found.ranges.push_back({entry.start * sector_bytes, nested_bytes});
        countable = countable && is_countable(entry.start + entry.size, sector_bytes);
        if (entry.is_extended() && ++extended == 1)
            H2K_CHECK(follow_logical(disk, entry, sector_bytes, found));
    }
    if (extended == 0)
        found.logical = 0;
    if (extended > 1 || !countable)
        found.logical.reset();
    return {};
}

bool is_dynamic(std::string_view type) {
    // LDM metadata and LDM data, as they are stored.
    constexpr std::string_view metadata{"\xaa\xc8\x08\x58\x8f\x7e\xe0\x42\x85\xd2\xe1\xe9\x04\x34\xcf\xb3", 16};
    constexpr std::string_view data{"\xa0\x60\x9b\xaf\x31\x14\x62\x4f\xbc\x68\x33\x11\x71\x4a\x69\xad", 16};
    return type == metadata || type == data;
}

/// UEFI specification 2.10, section 5.3: a header in sector @at, and its array of entries.
Result<> read_gpt(Bytes &disk, std::uint64_t at, unsigned sector_bytes, TableRanges &found) {
    const auto header = H2K_TRY(read_range(disk, {at * sector_bytes, sector_bytes}));
    const std::uint64_t first = little_endian<std::uint64_t>(header, 72);
    const std::uint64_t number = little_endian<std::uint32_t>(header, 80),
                        size = little_endian<std::uint32_t>(header, 84);
    if (!header.starts_with("EFI PART") || size != 128 || number == 0 || number > most_entries_bytes / size ||
        first > disk.size() / sector_bytes)
        return {};
    const Sample::Range range{first * sector_bytes, number * size};
    found.ranges.push_back({at * sector_bytes, sector_bytes});
    found.ranges.push_back(range);
    const auto entries = H2K_TRY(read_range(disk, range));
    unsigned used = 0;
    for (std::size_t i = 0; i + size <= entries.size(); i += size) {
        const auto type = std::string_view{entries}.substr(i, 16);
        used += is_all_zeros(type) ? 0 : 1;
        found.dynamic = found.dynamic || is_dynamic(type);
    }
    found.gpt.push_back(used);
    return {};
}

} // namespace

Result<TableRanges> table_ranges(Bytes &disk, std::string_view start, unsigned sector_bytes) {
    TableRanges found;
    H2K_CHECK(read_mbr(disk, start, sector_bytes, found));
    const auto sectors = disk.size() / sector_bytes;
    if (found.protective && sectors > 2) {
        H2K_CHECK(read_gpt(disk, 1, sector_bytes, found));
        H2K_CHECK(read_gpt(disk, sectors - 1, sector_bytes, found));
    }
    return found;
}

} // namespace h2k
