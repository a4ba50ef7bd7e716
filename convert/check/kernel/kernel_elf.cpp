// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/check/kernel/kernel_elf.h"
#include "convert/format/bytes.h"
#include <algorithm>
#include <vector>

namespace h2k {

namespace {

using namespace std::string_view_literals;

/// Of the file's header, and of a program header.
constexpr std::size_t header_size = 64, program_header_size = 56, most_program_headers = 64;
constexpr std::uint32_t loaded = 1, note = 4;
constexpr std::uint32_t phys32_entry = 18;
constexpr std::size_t note_header_size = 12, note_alignment = 4;
constexpr std::uint64_t four_gib = std::uint64_t{1} << 32;

struct Segment {
    std::uint32_t type = 0;
    std::string_view content;
    std::uint64_t at = 0, size = 0, alignment = 0; ///< physical address; in memory
};

/// "\x7fELF", 64 bits, little-endian, version 1, for EM_X86_64.
bool is_elf(std::string_view elf) {
    constexpr std::uint16_t x86_64 = 62;
    return elf.size() >= header_size &&
           elf.starts_with("\x7f"
                           "ELF\x02\x01\x01"sv) &&
           little_endian<std::uint16_t>(elf, 18) == x86_64;
}

/// One that is not within the file, or not below 4 GiB, makes all of them invalid.
std::optional<Segment> segment_at(std::string_view elf, std::size_t at) {
    Segment segment{.type = little_endian<std::uint32_t>(elf, at),
                    .at = little_endian<std::uint64_t>(elf, at + 24),
                    .size = little_endian<std::uint64_t>(elf, at + 40),
                    .alignment = little_endian<std::uint64_t>(elf, at + 48)};
    const auto offset = little_endian<std::uint64_t>(elf, at + 8), bytes = little_endian<std::uint64_t>(elf, at + 32);
    if (segment.type != loaded && segment.type != note)
        return segment;
    if (offset > elf.size() || bytes > elf.size() - offset || bytes > segment.size)
        return std::nullopt;
    if (segment.type == loaded && (segment.at >= four_gib || segment.size > four_gib - segment.at))
        return std::nullopt;
    segment.content = elf.substr(static_cast<std::size_t>(offset), static_cast<std::size_t>(bytes));
    return segment;
}

std::optional<std::vector<Segment>> segments_of(std::string_view elf) {
    const auto from = little_endian<std::uint64_t>(elf, 32);
    const std::size_t size = little_endian<std::uint16_t>(elf, 54), count = little_endian<std::uint16_t>(elf, 56);
    if (size != program_header_size || count > most_program_headers || from > elf.size() ||
        count * size > elf.size() - from)
        return std::nullopt;
    std::vector<Segment> segments;
    for (std::size_t i = 0; i < count; ++i) {
        const auto segment = segment_at(elf, static_cast<std::size_t>(from) + i * size);
        if (!segment)
            return std::nullopt;
        segments.push_back(*segment);
    }
    return segments;
}

/// The descriptions of all notes for the entry in @notes; null: they are damaged, or one is not Xen's.
std::optional<std::vector<std::string_view>> entries_in(std::string_view notes) {
    const auto padded = [](std::uint64_t size) {
        return (size + note_alignment - 1) / note_alignment * note_alignment;
    };
    std::vector<std::string_view> found;
    while (notes.size() >= note_header_size) {
        const std::uint64_t name_size = little_endian<std::uint32_t>(notes, 0),
                            size = little_endian<std::uint32_t>(notes, 4);
        const auto type = little_endian<std::uint32_t>(notes, 8);
        notes.remove_prefix(note_header_size);
        if (padded(name_size) > notes.size() || size > notes.size() - padded(name_size))
            return std::nullopt;
        const auto name = notes.substr(0, static_cast<std::size_t>(name_size));
        notes.remove_prefix(static_cast<std::size_t>(padded(name_size)));
        if (type == phys32_entry && name != "Xen\0"sv)
            return std::nullopt;
        if (type == phys32_entry)
            found.push_back(notes.substr(0, static_cast<std::size_t>(size)));
        notes.remove_prefix(std::min(notes.size(), static_cast<std::size_t>(padded(size))));
    }
    return found;
}

} // namespace

std::optional<KernelPlace> pvh_kernel(std::string_view elf) {
    const auto segments = is_elf(elf) ? segments_of(elf) : std::nullopt;
    if (!segments)
        return std::nullopt;
    KernelPlace place;
    std::vector<std::string_view> entries;
    for (const auto &segment : *segments) {
        if (segment.type == loaded)
            place.end = std::max(place.end, segment.at + segment.size);
        if (segment.type != note)
            continue;
        const auto found = segment.alignment <= note_alignment ? entries_in(segment.content) : std::nullopt;
        if (!found)
            return std::nullopt;
        entries.insert(entries.end(), found->begin(), found->end());
    }
    if (entries.size() != 1 || entries.front().size() != sizeof place.entry)
        return std::nullopt;
    place.entry = little_endian<std::uint64_t>(entries.front(), 0);
    const bool inside = std::ranges::any_of(*segments, [&](const Segment &segment) {
        return segment.type == loaded && place.entry >= segment.at && place.entry - segment.at < segment.content.size();
    });
    return inside ? std::optional{place} : std::nullopt;
}

} // namespace h2k
