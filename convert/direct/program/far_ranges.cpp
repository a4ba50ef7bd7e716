// SPDX-License-Identifier: LGPL-2.1-or-later
// What libblkid follows from the start of a file system: libblkid/src/superblocks/{vfat,exfat,ntfs,bitlocker}.c.  A
// range too many does no harm.
#include "convert/direct/program/sample.h"
#include "convert/format/bytes.h"
#include <algorithm>
#include <bit>

namespace h2k {

namespace {

using Ranges = std::vector<Sample::Range>;

constexpr std::uint64_t most_of_root = 1u << 20;       ///< bytes of a root folder that are searched for a label
constexpr unsigned most_fat_clusters = 100;            ///< as libblkid
constexpr std::uint64_t most_exfat_bytes = 10000 * 32; ///< as libblkid: entries of a root folder

template <typename T> T number(std::string_view from, std::size_t at) { return little_endian<T>(from, at); }
unsigned byte(std::string_view from, std::size_t at) { return number<std::uint8_t>(from, at); }

/// A 32-bit number of @device; 0 beyond its end.
Result<std::uint32_t> number_at(Bytes &device, std::uint64_t offset) {
    std::string bytes(4, '\0');
    if (offset > device.size() || device.size() - offset < bytes.size())
        return 0;
    H2K_CHECK(device.read(offset, bytes));
    return number<std::uint32_t>(bytes, 0);
}

/// Microsoft's "FAT: General Overview of On-Disk Format", 1.03.
Result<> add_fat(Bytes &device, std::string_view start, Ranges &ranges) {
    const std::uint64_t sector = number<std::uint16_t>(start, 11), reserved = number<std::uint16_t>(start, 14);
    const std::uint64_t cluster = byte(start, 13) * sector, tables = byte(start, 16);
    if (!std::has_single_bit(sector) || sector < 512 || sector > 4096 || cluster == 0 || tables == 0)
        return {};
    if (const std::uint64_t length = number<std::uint16_t>(start, 22)) {
        ranges.push_back({(reserved + length * tables) * sector, number<std::uint16_t>(start, 17) * 32u});
        return {};
    }
    const std::uint64_t length = number<std::uint32_t>(start, 36), root = number<std::uint32_t>(start, 44);
    ranges.push_back({number<std::uint16_t>(start, 48) * sector, 1024});
    const auto data = (reserved + length * tables) * sector;
    auto next = root;
    for (unsigned i = 0; i < most_fat_clusters && next >= 2 && next < length * sector / 4; ++i) {
        ranges.push_back({data + (next - 2) * cluster, cluster});
        ranges.push_back({reserved * sector + next * 4, 4});
        next = H2K_TRY(number_at(device, reserved * sector + next * 4)) & 0x0fffffff;
    }
    return {};
}

/// Microsoft's "exFAT file system specification", section 3.1.
Result<> add_exfat(Bytes &device, std::string_view start, Ranges &ranges) {
    const auto sector_bits = byte(start, 108), cluster_bits = sector_bits + byte(start, 109);
    if (sector_bits < 9 || sector_bits > 12 || cluster_bits > 25)
        return {};
    const std::uint64_t table = std::uint64_t{number<std::uint32_t>(start, 80)} << sector_bits;
    const std::uint64_t heap = std::uint64_t{number<std::uint32_t>(start, 88)} << sector_bits;
    const std::uint64_t cluster = std::uint64_t{1} << cluster_bits;
    std::uint64_t next = number<std::uint32_t>(start, 96);
    for (std::uint64_t done = 0; done < most_exfat_bytes && next >= 2 && next < 0xffffff7; done += cluster) {
        ranges.push_back({heap + (next - 2) * cluster, std::min(cluster, most_exfat_bytes - done)});
        ranges.push_back({table + next * 4, 4});
        next = H2K_TRY(number_at(device, table + next * 4));
    }
    return {};
}

/// The records of $MFT and $Volume: NTFS's boot sector has the place of the first, and the size of each.
void add_ntfs(std::string_view start, Ranges &ranges) {
    const std::uint64_t sector = number<std::uint16_t>(start, 11), first = number<std::uint64_t>(start, 48);
    const auto sectors = byte(start, 13);
    const std::uint64_t cluster = sector * (sectors < 240 ? sectors : 1u << (256 - sectors));
    const auto clusters = static_cast<std::int8_t>(byte(start, 64));
    const std::uint64_t record =
        clusters > 0 ? static_cast<std::uint64_t>(clusters) * cluster : std::uint64_t{1} << std::min(-clusters, 31);
    if (cluster == 0 || first > UINT64_MAX / 2 / cluster)
        return;
    ranges.push_back({first * cluster, std::min(record, most_of_root)});
    ranges.push_back({first * cluster + 3 * record, std::min(record, most_of_root)});
}

} // namespace

Result<Ranges> far_ranges(Bytes &device, std::string_view start) {
    Ranges ranges;
    if (start.size() < 512)
        return ranges;
    const auto name = start.substr(3, 8);
    if (name == "NTFS    ")
        add_ntfs(start, ranges);
    if (name == "EXFAT   ")
        H2K_CHECK(add_exfat(device, start, ranges));
    if (start.substr(510, 2) == "\x55\xaa" || start.substr(0x36, 3) == "FAT" || start.substr(0x36, 5) == "MSDOS" ||
        start.substr(0x52, 5) == "FAT32" || start.substr(0x52, 5) == "MSWIN")
        H2K_CHECK(add_fat(device, start, ranges));
    if (name == "-FVE-FS-" || name == "MSWIN4.1")
        for (const std::size_t at : {0xb0, 0x1a8}) // of an encrypted volume, of a removable one
            ranges.push_back({number<std::uint64_t>(start, at), 4096});
    return ranges;
}

bool needs_more(std::string_view start) {
    const auto at = [&](std::size_t offset, std::string_view magic) {
        return offset < start.size() && start.substr(offset, magic.size()) == magic;
    };
    constexpr std::size_t descriptors = 32u << 10, most_descriptors = 64 * 4096;
    bool udf = false; // ECMA-167, part 2, section 8.4: in the sequence of volume structure descriptors
    for (std::size_t offset = 0; offset < most_descriptors && !udf; offset += 512)
        udf = at(descriptors + offset + 1, "NSR0");
    return udf || at(1024, "BD") || at(1024, "H+") || at(1024, "HX") || at(32, "BFS1") || at(32, "1SFB") ||
           at(0x220, "BFS1") || at(0x220, "1SFB");
}

} // namespace h2k
