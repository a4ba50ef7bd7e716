// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Microsoft's "FAT: General Overview of On-Disk Format" 1.03, "Long Directory Entries".  Case is that of Windows: bits
// at 12 say that a short name is written in small letters.
#include "convert/direct/program/fat/names.h"
#include "convert/base/characters/encoding.h"
#include "convert/base/owned.h"
#include "convert/base/text.h"
#include "convert/format/bytes.h"
#include "convert/format/utf16.h"
#include <algorithm>
#include <array>

namespace h2k {

namespace {

constexpr std::size_t units_a_slot = 13, most_units = 255, base_bytes = 8, extension_bytes = 3;
constexpr unsigned last_long = 0x40, small_base = 0x08, small_extension = 0x10;
constexpr unsigned most_alike = 999999;
/// Where a slot has its units of UTF-16.
struct Piece {
    std::size_t offset, units;
};
constexpr std::array pieces{Piece{1, 5}, Piece{14, 6}, Piece{28, 2}};

std::uint8_t byte_at(std::string_view slot, std::size_t offset) { return static_cast<std::uint8_t>(slot[offset]); }

std::uint8_t sum_of(std::string_view eleven) {
    std::uint8_t sum = 0;
    for (const char c : eleven)
        sum = static_cast<std::uint8_t>(((sum & 1) << 7) + (sum >> 1) + static_cast<std::uint8_t>(c));
    return sum;
}

/// Could it be a part of a path?
bool is_part(const std::string &name) {
    return !name.empty() && name != "." && name != ".." && name.find('/') == std::string::npos;
}

std::string shown(std::string_view stored, bool small) {
    std::string text{stored.substr(0, stored.find_last_not_of(' ') + 1)};
    return small ? lower(text) : text;
}

bool is_short_letter(char c) {
    return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || std::string_view{"$%'-_@~`!(){}^#&"}.contains(c);
}

/// @text as a part of a short name: at most @most bytes.  @same: is it still the same name but for case?
std::string short_part(std::string_view text, std::size_t most, bool &same) {
    std::string part;
    for (const char c : text) {
        const char upper = g_ascii_toupper(c);
        if ((static_cast<unsigned char>(c) & 0xc0) == 0x80) // the rest of a character
            continue;
        const bool skipped = c == ' ' || c == '.';
        same = same && is_short_letter(upper);
        if (!skipped)
            part += is_short_letter(upper) ? upper : '_';
    }
    same = same && part.size() <= most;
    return part.substr(0, most);
}

std::string eleven_bytes(std::string base, std::string extension) {
    base.resize(base_bytes, ' ');
    extension.resize(extension_bytes, ' ');
    return base + extension;
}

/// The 11 bytes for @name.  @same: as for short_part().
std::string short_for(const std::string &name, const std::set<std::string> &taken, bool &same) {
    const auto dot = name.find_last_of('.');
    const bool has_extension = dot != std::string::npos && dot > 0;
    const auto base = short_part(std::string_view{name}.substr(0, has_extension ? dot : name.size()), base_bytes, same);
    const auto extension =
        has_extension ? short_part(std::string_view{name}.substr(dot + 1), extension_bytes, same) : std::string{};
    same = same && !base.empty() && !name.ends_with('.');
    if (auto plain = eleven_bytes(base, extension); same && !taken.contains(plain))
        return plain;
    for (unsigned i = 1; i <= most_alike; ++i) {
        const auto tail = "~" + std::to_string(i);
        auto made = eleven_bytes(base.substr(0, base_bytes - tail.size()) + tail, extension);
        if (!taken.contains(made))
            return made;
    }
    return {};
}

/// As UTF-16; null where no file can have such a name.
std::optional<std::u16string> units_of(const std::string &name) {
    constexpr std::string_view refused = "\"*/:<>?\\|";
    const bool bad = std::ranges::any_of(
        name, [&](char c) { return (static_cast<unsigned char>(c) < 0x20) || refused.contains(c); });
    if (bad || !is_part(name) || !is_utf8(name) || name.ends_with('.') || name.ends_with(' '))
        return std::nullopt;
    std::u16string units;
    for (const char *at = name.c_str(); *at; at = g_utf8_next_char(at)) {
        const gunichar c = g_utf8_get_char(at);
        if (c > 0xffff) {
            units += static_cast<char16_t>(0xd800 + ((c - 0x10000) >> 10));
            units += static_cast<char16_t>(0xdc00 + ((c - 0x10000) & 0x3ff));
        } else {
            units += static_cast<char16_t>(c);
        }
    }
    return units.size() <= most_units ? std::optional{units} : std::nullopt;
}

FatSlot long_slot(const std::u16string &units, std::size_t number, bool last, std::uint8_t sum) {
    FatSlot slot(fat_slot_bytes, '\0');
    slot[0] = static_cast<char>((number + 1) | (last ? last_long : 0));
    slot[fat_attribute_at] = static_cast<char>(fat_long_name);
    slot[13] = static_cast<char>(sum);
    auto unit = number * units_a_slot;
    for (const auto &piece : pieces)
        for (std::size_t i = 0; i < piece.units; ++i, ++unit) {
            const auto c = unit < units.size() ? units[unit] : unit == units.size() ? u'\0' : u'\xffff';
            slot.replace(piece.offset + 2 * i, 2, little_endian_bytes(static_cast<std::uint16_t>(c)));
        }
    return slot;
}

} // namespace

std::string short_name(std::string_view slot) {
    std::string stored{slot.substr(0, fat_short_bytes)};
    if (stored[0] == 0x05)
        stored[0] = '\xe5';
    const auto bits = byte_at(slot, 12);
    auto name = shown(std::string_view{stored}.substr(0, base_bytes), bits & small_base);
    const auto extension = shown(std::string_view{stored}.substr(base_bytes), bits & small_extension);
    if (!extension.empty())
        name += "." + extension;
    std::ranges::replace_if(name, [](char c) { return c == '/' || (c >= 0 && c < ' '); }, '?');
    if (const auto text = converted(name, "CP437"))
        name = *text;
    else
        std::ranges::replace_if(name, [](char c) { return c < 0; }, '?');
    return is_part(name) ? name : "?";
}

std::optional<FatLongName> long_name(const std::vector<std::string_view> &before, std::string_view slot) {
    const auto sum = sum_of(slot.substr(0, fat_short_bytes));
    std::string bytes;
    for (std::size_t number = 1; number <= before.size(); ++number) { // the first part is next to the entry
        const auto part = before[before.size() - number];
        if ((byte_at(part, 0) & ~last_long) != number || byte_at(part, 13) != sum)
            return std::nullopt;
        for (const auto &piece : pieces)
            bytes += part.substr(piece.offset, 2 * piece.units);
        if ((byte_at(part, 0) & last_long) == 0)
            continue;
        auto name = utf16_text(bytes, std::endian::little);
        if (!is_part(name))
            return std::nullopt;
        return FatLongName{.name = std::move(name), .slots = number};
    }
    return std::nullopt;
}

std::string folded(const std::string &name) {
    std::string text;
    for (const char *at = name.c_str(); *at; at = g_utf8_next_char(at)) {
        char bytes[6];
        const auto count = g_unichar_to_utf8(g_unichar_toupper(g_utf8_get_char(at)), bytes);
        text.append(bytes, static_cast<std::size_t>(count));
    }
    return text;
}

std::optional<std::vector<FatSlot>> slots_for(const std::string &name, const std::set<std::string> &taken) {
    const auto units = units_of(name);
    bool same = true;
    FatSlot entry = units ? short_for(name, taken, same) : std::string{};
    if (entry.empty())
        return std::nullopt;
    const auto sum = sum_of(entry);
    entry.resize(fat_slot_bytes, '\0');
    std::vector<FatSlot> slots;
    if (!same || short_name(entry) != name)
        for (auto number = (units->size() + units_a_slot - 1) / units_a_slot; number-- > 0;)
            slots.push_back(long_slot(*units, number, slots.empty(), sum));
    slots.push_back(std::move(entry));
    return slots;
}

} // namespace h2k
