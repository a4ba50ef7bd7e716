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

// Sources: interop/qcow2.txt of QEMU; VMware's Virtual Disk Format 5.0 for sparse images, their descriptors and COWD;
// Microsoft's VHD Image Format 1.0 (cookie); [MS-VHDX] 2.2.1; VirtualBox's VDICore.h, u32Signature.
constexpr std::array qcow2_magics{Magic{0, "QFI\xfb"sv}};
constexpr std::array vmdk_magics{Magic{0, "KDMV"sv}, Magic{0, "COWD"sv}, Magic{0, "# Disk DescriptorFile"sv}};
constexpr std::array vhd_magics{Magic{0, "conectix"sv}};
constexpr std::array vhdx_magics{Magic{0, "vhdxfile"sv}};
constexpr std::array vdi_magics{Magic{64, "\x7f\x10\xda\xbe"sv}};

using enum Preallocation;
constexpr std::array of_raw{off, falloc, full};
constexpr std::array of_qcow2{off, metadata, falloc, full};
constexpr std::array of_vdi{off, metadata};

using enum DiskFormat;
constexpr std::array table{
    DiskFormatFacts{raw, "raw", "raw", raw_suffixes, {}, false, false, true, false, of_raw},
    DiskFormatFacts{qcow2, "qcow2", "qcow2", qcow2_suffixes, qcow2_magics, false, true, true, true, of_qcow2},
    DiskFormatFacts{vmdk, "vmdk", "vmdk", vmdk_suffixes, vmdk_magics, false, true},
    DiskFormatFacts{vhd, "vhd", "vpc", vhd_suffixes, vhd_magics, true, false},
    DiskFormatFacts{vhdx, "vhdx", "vhdx", vhdx_suffixes, vhdx_magics, true, false},
    DiskFormatFacts{vdi, "vdi", "vdi", vdi_suffixes, vdi_magics, true, false, true, false, of_vdi},
};
static_assert(std::ranges::all_of(table, [](const DiskFormatFacts &facts) {
    return &facts == &table[static_cast<std::size_t>(facts.format)]; // in the order of the enumeration
}));

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
