// SPDX-License-Identifier: LGPL-2.1-or-later
#include "fixers/linux/storage/device_names.h"
#include "convert/base/i18n.h"
#include "convert/base/messages.h"
#include "convert/base/owned.h"
#include "convert/base/text.h"
#include <algorithm>

namespace h2k {

namespace {

bool starts_with_any(std::string_view text, std::initializer_list<std::string_view> prefixes) {
    return std::ranges::any_of(prefixes, [&](std::string_view p) { return text.starts_with(p); });
}

/// Devices of the kernel alone, and others that are no disk: not of interest here.
bool is_device_name(std::string_view name) {
    if (starts_with_any(name, {"/dev/loop", "/dev/ram", "/dev/zram", "/dev/nbd", "/dev/rbd", "/dev/drbd", "/dev/zvol/",
                               "/dev/nfs", "/dev/root", "/dev/fuse", "/dev/shm"}))
        return false;
    return starts_with_any(name, {"/dev/", "UUID=", "LABEL=", "PARTUUID=", "PARTLABEL="});
}

bool has_type(const Inspection &facts, std::string_view type) {
    return std::ranges::any_of(facts.devices, [&](const BlockDevice &d) { return d.type == type; });
}

/// May @name be on something that could not be opened: an encrypted device or a RAID set?
bool may_be_hidden(const Inspection &facts, std::string_view name) {
    if (is_bus_dependent(name))
        return false;
    if (has_type(facts, "crypto_LUKS") && !name.starts_with("PART"))
        return true;
    return has_type(facts, "linux_raid_member") && starts_with_any(name, {"/dev/md", "UUID=", "LABEL="});
}

std::string_view kind_of_type(std::string_view type) {
    if (starts_with_any(type, {"ext2", "ext3", "ext4"}))
        return "ext";
    if (type == "msdos" || type == "fat")
        return "vfat";
    return type.starts_with("ntfs") ? "ntfs" : type;
}

bool holds(const BlockDevice &device, std::string_view type) {
    return type.empty() || type == "auto" || device.type.empty() || kind_of_type(device.type) == kind_of_type(type);
}

bool same_place(const BlockDevice *found, const BlockDevice &device) {
    if (!found)
        return false;
    return found == &device || (device.type == "btrfs" && found->type == "btrfs" && found->uuid == device.uuid);
}

bool can_be_written(std::string_view name, NameUse use) {
    return use == NameUse::file_system || name.find_first_of(" \t\"'\\$#") == std::string_view::npos;
}

/// The first of the device's names that identifies it: cloned disks may share them.
std::string lasting_name(const Inspection &facts, const BlockDevice &device, NameUse use) {
    BlockDevice left = device;
    if ((use == NameUse::raw_device && device.type != "crypto_LUKS") || use == NameUse::kernel_command_line)
        if (!device.partuuid.empty())
            left.uuid.clear();
    for (int tries = 0; tries < 3; ++tries) {
        const auto name = stable_spelling(left);
        if (same_place(find_device(facts.devices, name), device) && can_be_written(name, use))
            return name;
        if (!left.uuid.empty())
            left.uuid.clear();
        else
            left.partuuid.clear();
    }
    return {};
}

} // namespace

NameVerdict judge_name(const Inspection &facts, std::string_view spelling, NameUse use, std::string_view type) {
    if (!is_device_name(spelling))
        return {};
    const auto *device = find_device(facts.devices, spelling);
    // An alias of multipath is a name of a disk, and the target has no multipath; other mapped devices lie on others.
    const bool is_alias = device && starts_with_any(spelling, {"/dev/mapper/"}) && device->below.empty() &&
                          starts_with_any(device->name, {"/dev/sd"});
    const bool depends = is_bus_dependent(spelling) || is_alias;
    if (!device || (depends && !holds(*device, type)))
        return {may_be_hidden(facts, spelling) ? NameVerdict::keeps : NameVerdict::missing, {}};
    if (!depends)
        return {};
    auto name = lasting_name(facts, *device, use);
    if (name.empty())
        return {NameVerdict::unnamed, {}};
    return {NameVerdict::renamed, std::move(name)};
}

void Renames::add(std::string_view from, std::string_view to) {
    constexpr std::size_t most_shown = 64;
    if (shown_.size() > most_shown)
        return;
    auto shown = shown_.size() == most_shown ? "…" : printable(from) + " → " + printable(to);
    if (std::ranges::find(shown_, shown) == shown_.end())
        shown_.push_back(std::move(shown));
}

std::string Renames::reason() const {
    return Owned<char>{g_strdup_printf(_("Names that depend on the disk controller become persistent names: %s."),
                                       join(shown_, ", ").c_str())}
        .get();
}

} // namespace h2k
