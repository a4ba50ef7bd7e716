// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/model/disk_format.h"
#include "convert/base/text.h"
#include <algorithm>
#include <array>

namespace h2k {

using namespace std::string_view_literals;

namespace {

constexpr std::array raw_suffixes{".raw"sv, ".img"sv, ".ami"sv};
constexpr std::array qcow2_suffixes{".qcow2"sv, ".qcow"sv};
constexpr std::array vmdk_suffixes{".vmdk"sv};
constexpr std::array vhd_suffixes{".vhd"sv, ".avhd"sv};
constexpr std::array vhdx_suffixes{".vhdx"sv, ".avhdx"sv};
constexpr std::array vdi_suffixes{".vdi"sv};

using enum Preallocation;
constexpr std::array of_raw{off, falloc, full};
constexpr std::array of_qcow2{off, metadata, falloc, full};
constexpr std::array of_vdi{off, metadata};

using enum DiskFormat;
constexpr std::array table{
    DiskFormatFacts{raw, "raw", "raw", raw_suffixes, false, false, true, false, of_raw},
    DiskFormatFacts{qcow2, "qcow2", "qcow2", qcow2_suffixes, false, true, true, true, of_qcow2},
    DiskFormatFacts{vmdk, "vmdk", "vmdk", vmdk_suffixes, false, true},
    DiskFormatFacts{vhd, "vhd", "vpc", vhd_suffixes, true, false},
    DiskFormatFacts{vhdx, "vhdx", "vhdx", vhdx_suffixes, true, false},
    DiskFormatFacts{vdi, "vdi", "vdi", vdi_suffixes, true, false, true, false, of_vdi},
};
static_assert(std::ranges::equal(table, std::array{raw, qcow2, vmdk, vhd, vhdx, vdi}, {}, &DiskFormatFacts::format));

} // namespace

std::span<const DiskFormatFacts> disk_formats() { return table; }

const DiskFormatFacts &facts_of(DiskFormat format) { return table[static_cast<std::size_t>(format)]; }

const char *name_of(DiskFormat format) { return facts_of(format).name; }

std::optional<DiskFormat> disk_format_named(std::string_view name) {
    const auto row = std::ranges::find(table, name, &DiskFormatFacts::name);
    return row == table.end() ? std::nullopt : std::optional{row->format};
}

const DiskFormatFacts *format_by_suffix(const std::string &name) {
    const auto small = lower(name);
    const auto row = std::ranges::find_if(table, [&](const DiskFormatFacts &facts) {
        return std::ranges::any_of(facts.suffixes, [&](std::string_view suffix) { return small.ends_with(suffix); });
    });
    return row == table.end() ? nullptr : &*row;
}

bool can_preallocate(DiskFormat format, Preallocation preallocation) {
    const auto allowed = facts_of(format).preallocations;
    return std::ranges::find(allowed, preallocation) != allowed.end();
}

} // namespace h2k
