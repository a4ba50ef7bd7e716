// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Microsoft's "FAT: General Overview of On-Disk Format" 1.03, "FAT 32 Byte Directory Entry Structure".  Its times have
// no zone: as for Linux without options, they are those of UTC here.
#include "convert/direct/program/fat/fat.h"
#include "convert/format/bytes.h"
#include <algorithm>

namespace h2k {

namespace {

constexpr std::size_t small_first_at = 26, large_first_at = 20, bytes_at = 28;
constexpr std::size_t made_at = 14, access_at = 18, written_at = 22; // of a time, but for the second, and of a date

void set16(FatSlot &entry, std::size_t offset, std::uint32_t value) {
    entry.replace(offset, 2, little_endian_bytes(static_cast<std::uint16_t>(value)));
}

std::time_t time_of(std::uint16_t date, std::uint16_t time) {
    tm parts{};
    parts.tm_year = (date >> 9) + 80;
    parts.tm_mon = std::max(0, ((date >> 5) & 15) - 1);
    parts.tm_mday = date & 31;
    parts.tm_hour = time >> 11;
    parts.tm_min = (time >> 5) & 63;
    parts.tm_sec = (time & 31) * 2;
    return timegm(&parts);
}

struct Stored {
    std::uint32_t date, time;
};

Stored stored(std::time_t seconds) {
    constexpr std::time_t first = 315532800, last = 4354819198; // 1980-01-01 and the end of 2107
    seconds = std::clamp(seconds, first, last);
    tm parts{};
    gmtime_r(&seconds, &parts);
    const auto number = [](int value) { return static_cast<std::uint32_t>(value); };
    return {.date = number(parts.tm_year - 80) << 9 | number(parts.tm_mon + 1) << 5 | number(parts.tm_mday),
            .time = number(parts.tm_hour) << 11 | number(parts.tm_min) << 5 | number(parts.tm_sec / 2)};
}

} // namespace

bool is_fat_folder(std::string_view entry) { return (entry[fat_attribute_at] & fat_folder) != 0; }

std::uint32_t fat_file_bytes(std::string_view entry) { return little_endian<std::uint32_t>(entry, bytes_at); }

void set_fat_file_bytes(FatSlot &entry, std::uint64_t bytes) {
    entry.replace(bytes_at, 4, little_endian_bytes(static_cast<std::uint32_t>(bytes)));
}

NodeTimes fat_times(std::string_view entry) {
    const auto field = [&](std::size_t offset) { return little_endian<std::uint16_t>(entry, offset); };
    return {.access = {.tv_sec = time_of(field(access_at), 0), .tv_nsec = 0},
            .modification = {.tv_sec = time_of(field(written_at + 2), field(written_at)), .tv_nsec = 0}};
}

void set_fat_times(FatSlot &entry, const NodeTimes &times) {
    const auto access = stored(times.access.tv_sec), written = stored(times.modification.tv_sec);
    set16(entry, access_at, access.date);
    set16(entry, written_at, written.time);
    set16(entry, written_at + 2, written.date);
}

void touch_fat(FatSlot &entry) {
    const auto now = std::time(nullptr);
    set_fat_times(entry, {.access = {.tv_sec = now, .tv_nsec = 0}, .modification = {.tv_sec = now, .tv_nsec = 0}});
    if (little_endian<std::uint16_t>(entry, made_at + 2) == 0) {
        const auto made = stored(now);
        set16(entry, made_at, made.time);
        set16(entry, made_at + 2, made.date);
    }
    if (!is_fat_folder(entry))
        entry[fat_attribute_at] = static_cast<char>(entry[fat_attribute_at] | fat_archive);
}

std::uint32_t Fat::first_of(std::string_view entry) const {
    const std::uint32_t large =
        geometry_.kind == FatKind::fat32 ? little_endian<std::uint16_t>(entry, large_first_at) : 0;
    return large << 16 | little_endian<std::uint16_t>(entry, small_first_at);
}

void Fat::set_first(FatSlot &entry, std::uint32_t cluster) const {
    set16(entry, small_first_at, cluster & 0xffff);
    if (geometry_.kind == FatKind::fat32)
        set16(entry, large_first_at, cluster >> 16);
}

} // namespace h2k
