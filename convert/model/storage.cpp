// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/model/storage.h"
#include "convert/base/escapes.h"
#include "convert/base/text.h"
#include <algorithm>
#include <glib.h>
#include <utility>

namespace h2k {

namespace {

/// A place in the guest's own numbering of disks.
struct Place {
    unsigned disk, partition;
};

std::string_view unquoted(std::string_view text) {
    if (text.size() >= 2 && (text.front() == '"' || text.front() == '\'') && text.back() == text.front())
        return text.substr(1, text.size() - 2);
    return text;
}

bool take(std::string_view &text, std::string_view prefix) {
    if (!text.starts_with(prefix))
        return false;
    text.remove_prefix(prefix.size());
    return true;
}

/// Takes a decimal number off the front; disks and partitions have at most four digits.
std::optional<unsigned> take_number(std::string_view &text) {
    unsigned value = 0;
    std::size_t digits = 0;
    for (; digits < text.size() && g_ascii_isdigit(text[digits]); ++digits) {
        if (digits == 4)
            return std::nullopt;
        value = value * 10 + static_cast<unsigned>(text[digits] - '0');
    }
    if (digits == 0)
        return std::nullopt;
    text.remove_prefix(digits);
    return value;
}

/// "" is the whole disk, "2" or (after @separator) "p2" a partition.
std::optional<unsigned> partition_of(std::string_view rest, std::string_view separator) {
    if (rest.empty())
        return 0u;
    if (!take(rest, separator))
        return std::nullopt;
    const auto number = take_number(rest);
    return number && *number > 0 && rest.empty() ? number : std::nullopt;
}

/// "b2" of "/dev/sdb2": letters count as the kernel's sd_format_disk_name() does, a … z, aa, ab …
std::optional<Place> lettered(std::string_view rest) {
    unsigned disk = 0;
    std::size_t letters = 0;
    for (; letters < rest.size() && rest[letters] >= 'a' && rest[letters] <= 'z'; ++letters) {
        if (letters == 3)
            return std::nullopt;
        disk = disk * 26 + static_cast<unsigned>(rest[letters] - 'a') + 1;
    }
    if (letters == 0)
        return std::nullopt;
    const auto partition = partition_of(rest.substr(letters), "");
    return partition ? std::optional{Place{disk - 1, *partition}} : std::nullopt;
}

/// "0n1p2" of "/dev/nvme0n1p2".  One controller may have several disks, or each disk a controller; not both at once.
std::optional<Place> nvme(std::string_view rest) {
    const auto controller = take_number(rest);
    if (!controller || !take(rest, "n"))
        return std::nullopt;
    const auto space = take_number(rest);
    if (!space || *space == 0 || (*controller > 0 && *space > 1))
        return std::nullopt;
    const auto partition = partition_of(rest, "p");
    return partition ? std::optional{Place{*controller + *space - 1, *partition}} : std::nullopt;
}

std::optional<Place> kernel_name(std::string_view spelling) {
    if (!take(spelling, "/dev/"))
        return std::nullopt;
    for (const std::string_view bus : {"xvd", "sd", "hd", "vd"})
        if (take(spelling, bus))
            return lettered(spelling);
    if (take(spelling, "nvme"))
        return nvme(spelling);
    if (!take(spelling, "mmcblk"))
        return std::nullopt;
    const auto disk = take_number(spelling);
    const auto partition = partition_of(spelling, "p");
    return disk && partition ? std::optional{Place{*disk, *partition}} : std::nullopt;
}

/// The address in a by-path name and its "-partN".
std::optional<Place> bus_name(std::string_view name, unsigned disks, bool by_path) {
    unsigned partition = 0;
    if (const auto at = name.rfind("-part"); at != std::string_view::npos) {
        const auto number = partition_of(name.substr(at + 5), "");
        if (!number || *number == 0)
            return std::nullopt;
        partition = *number;
        name = name.substr(0, at);
    }
    if (disks == 1)
        return Place{0, partition};
    const auto scsi = name.find("-scsi-");
    if (!by_path || scsi == std::string_view::npos)
        return std::nullopt;
    // host:channel:target:lun; a host adapter itself is target 7, so the eighth disk is target 8.
    const auto address = split(name.substr(scsi + 6), ':');
    if (address.size() != 4 || address[1] != "0" || address[3] != "0")
        return std::nullopt;
    std::string_view text = address[2];
    const auto target = take_number(text);
    if (!target || !text.empty() || *target == 7)
        return std::nullopt;
    return Place{*target > 7 ? *target - 1 : *target, partition};
}

/// "-part1" of the disk that Azure's and cloud-init's udev rules name the guest's first.
std::optional<Place> azure_root(std::string_view spelling) {
    if (!take(spelling, "/dev/disk/azure/root") && !take(spelling, "/dev/disk/cloud/azure_root"))
        return std::nullopt;
    const auto number = take(spelling, "-part") ? partition_of(spelling, "") : std::nullopt;
    if (!spelling.empty() && !number)
        return std::nullopt;
    return Place{0, number.value_or(0)};
}

/// "vg0-root" as "/dev/vg0/root": device-mapper doubles the hyphens that belong to a name.
std::optional<std::string> volume_of_mapper(std::string_view name) {
    std::string path = "/dev/";
    bool parted = false;
    for (std::size_t i = 0; i < name.size(); ++i) {
        if (name[i] != '-')
            path += name[i];
        else if (i + 1 < name.size() && name[i + 1] == '-')
            path += name[i++];
        else if (!std::exchange(parted, true))
            path += '/';
        else
            return std::nullopt;
    }
    return parted ? std::optional{path} : std::nullopt;
}

bool same_text(std::string_view a, std::string_view b) { return a == b; }
bool same_id(std::string_view a, std::string_view b) { return lower(a) == lower(b); }

/// The one device that has @value; of a btrfs on several devices, which all carry its names, the first.
const BlockDevice *with(std::span<const BlockDevice> devices, std::string BlockDevice::*member, std::string_view value,
                        bool (*same)(std::string_view, std::string_view)) {
    const BlockDevice *found = nullptr;
    for (const auto &device : devices) {
        if ((device.*member).empty() || !same(device.*member, value))
            continue;
        if (found && !(found->type == "btrfs" && device.type == "btrfs" && found->uuid == device.uuid))
            return nullptr;
        if (!found)
            found = &device;
    }
    return found;
}

struct Tag {
    std::string_view tag, folder;
    std::string BlockDevice::*member;
    bool (*same)(std::string_view, std::string_view);
};
constexpr Tag tags[] = {
    {"UUID=", "/dev/disk/by-uuid/", &BlockDevice::uuid, same_id},
    {"LABEL=", "/dev/disk/by-label/", &BlockDevice::label, same_text},
    {"PARTUUID=", "/dev/disk/by-partuuid/", &BlockDevice::partuuid, same_id},
    {"PARTLABEL=", "/dev/disk/by-partlabel/", &BlockDevice::partlabel, same_text},
};

bool is_volume(const BlockDevice &device) { return device.partition == 0 && !kernel_name(device.name); }

const BlockDevice *at(std::span<const BlockDevice> devices, Place place) {
    const auto found = std::ranges::find_if(devices, [&](const BlockDevice &d) {
        return !is_volume(d) && d.disk == place.disk && d.partition == place.partition;
    });
    return found == devices.end() ? nullptr : &*found;
}

unsigned count_disks(std::span<const BlockDevice> devices) {
    unsigned disks = 0;
    for (const auto &device : devices)
        disks = std::max(disks, device.disk + 1);
    return disks;
}

/// What the guest itself says of its names goes before ours.
const BlockDevice *named_by_guest(std::span<const BlockDevice> devices, std::string_view name) {
    const auto found =
        std::ranges::find_if(devices, [&](const auto &d) { return std::ranges::find(d.names, name) != d.names.end(); });
    return found == devices.end() ? nullptr : &*found;
}

const BlockDevice *mapped(std::span<const BlockDevice> devices, std::string_view name) {
    if (const auto *device = named_by_guest(devices, "/dev/mapper/" + std::string{name}))
        return device;
    if (const auto *device = device_named(devices, "/dev/mapper/" + std::string{name}))
        return device;
    const auto volume = volume_of_mapper(name);
    return volume ? device_named(devices, *volume) : nullptr;
}

/// by-id names that come from what is on the disk, not from the disk.
bool is_id_of_content(std::string_view name) {
    return name.starts_with("dm-") || name.starts_with("lvm-pv-uuid-") || name.starts_with("md-");
}

const BlockDevice *by_id(std::span<const BlockDevice> devices, std::string_view name) {
    if (take(name, "dm-name-"))
        return mapped(devices, without_hex_escapes(name));
    if (take(name, "lvm-pv-uuid-"))
        return with(devices, &BlockDevice::uuid, name, same_id);
    if (is_id_of_content(name))
        return nullptr;
    const auto place = bus_name(name, count_disks(devices), false);
    return place ? at(devices, *place) : nullptr;
}

} // namespace

const BlockDevice *find_device(std::span<const BlockDevice> devices, std::string_view spelling) {
    spelling = unquoted(spelling);
    if (const auto *device = named_by_guest(devices, spelling))
        return device;
    for (const auto &tag : tags) {
        auto value = spelling;
        if (take(value, tag.tag))
            return with(devices, tag.member, unquoted(value), tag.same);
        if (take(value, tag.folder))
            return with(devices, tag.member, without_hex_escapes(value), tag.same);
    }
    if (take(spelling, "/dev/disk/by-path/")) {
        const auto place = bus_name(spelling, count_disks(devices), true);
        return place ? at(devices, *place) : nullptr;
    }
    if (take(spelling, "/dev/disk/by-id/"))
        return by_id(devices, spelling);
    if (const auto place = kernel_name(spelling))
        return at(devices, *place);
    if (const auto place = azure_root(spelling))
        return at(devices, *place);
    if (const auto *device = device_named(devices, spelling))
        return device;
    return take(spelling, "/dev/mapper/") ? mapped(devices, spelling) : nullptr;
}

bool is_bus_dependent(std::string_view spelling) {
    spelling = unquoted(spelling);
    // Azure's names come from the place on its bus.
    for (const std::string_view folder : {"/dev/disk/by-path/", "/dev/disk/azure/", "/dev/disk/cloud/"})
        if (spelling.starts_with(folder))
            return true;
    if (kernel_name(spelling))
        return true;
    if (take(spelling, "/dev/disk/by-id/"))
        return !is_id_of_content(spelling);
    // cciss and ida name controller and drive, block/ and dm- the order in which devices came up.
    for (const std::string_view prefix : {"/dev/cciss/", "/dev/ida/", "/dev/block/", "/dev/dm-"})
        if (spelling.starts_with(prefix))
            return true;
    return false;
}

bool is_esp(const BlockDevice &device) {
    const auto type = lower(device.parttype);
    return type == "c12a7328-f81f-11d2-ba4b-00a0c93ec93b" || type == "0xef";
}

std::string stable_spelling(const BlockDevice &device) {
    if (!device.uuid.empty())
        return "UUID=" + device.uuid;
    if (!device.partuuid.empty())
        return "PARTUUID=" + device.partuuid;
    if (!device.label.empty())
        return "LABEL=" + device.label;
    return is_volume(device) ? device.name : std::string{};
}

} // namespace h2k
