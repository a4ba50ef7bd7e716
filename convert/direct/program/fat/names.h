// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace h2k {

// Names of a folder of FAT: the short one of 11 bytes, and the long one in slots before it.

constexpr std::size_t fat_slot_bytes = 32, fat_short_bytes = 11;
using FatSlot = std::string; ///< of 32 bytes

constexpr unsigned fat_read_only = 0x01, fat_label = 0x08, fat_folder = 0x10, fat_archive = 0x20;
constexpr unsigned fat_long_name = 0x0f, fat_attributes = 0x3f;
constexpr std::size_t fat_attribute_at = 11;

/// The name that the short entry @slot has by itself, such as "BOOTX64.EFI"; nothing in it ends a path or a part of
/// one.
[[nodiscard]] std::string short_name(std::string_view slot);

/// A long name, and in how many slots it is.
struct FatLongName {
    std::string name;
    std::size_t slots = 0;
    static constexpr std::size_t most_slots = 20;
};
/// That of the short entry @slot in what is before it, in its order; null: there is none for it.
[[nodiscard]] std::optional<FatLongName> long_name(const std::vector<std::string_view> &before, std::string_view slot);

/// A name as all are that differ in case alone.
[[nodiscard]] std::string folded(const std::string &name);

/// The slots of the new name @name: those of its long name, if it needs one, and a short entry with all else zero.
/// @taken: the 11 bytes of each short name in the folder.  Null: no file can have that name.
[[nodiscard]] std::optional<std::vector<FatSlot>> slots_for(const std::string &name,
                                                            const std::set<std::string> &taken);

} // namespace h2k
