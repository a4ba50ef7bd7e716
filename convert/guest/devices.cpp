// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/guest/devices.h"
#include "convert/base/i18n.h"
#include "convert/base/text.h"
#include <algorithm>
#include <map>

namespace h2k {

namespace {

using Tags = std::map<std::string, std::string>;

/// `blkid -o export` writes unsafe characters as "\c" or "\xHH" (util-linux, misc-utils/blkid.c, safe_print).
std::string unescaped(std::string_view text) {
    std::string plain;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '\\' || i + 1 == text.size()) {
            plain += text[i];
            continue;
        }
        ++i;
        const int high = i + 2 < text.size() ? g_ascii_xdigit_value(text[i + 1]) : -1;
        const int low = i + 2 < text.size() ? g_ascii_xdigit_value(text[i + 2]) : -1;
        if (text[i] == 'x' && high >= 0 && low >= 0) {
            plain += static_cast<char>(high << 4 | low);
            i += 2;
        } else {
            plain += text[i];
        }
    }
    return plain;
}

/// What blkid says; nothing where it cannot tell (two file systems on one device, an unreadable one).
Result<Tags> tags_of(const Handle &handle, const std::string &device) {
    const Owned<char *> hash{guestfs_blkid(handle.raw(), device.c_str())};
    if (!hash) {
        if (!handle.alive())
            return handle.failed(_("Looking for file systems"));
        return Tags{};
    }
    Tags tags;
    for (char **at = hash.get(); at[0] && at[1]; at += 2)
        tags[at[0]] = unescaped(at[1]);
    return tags;
}

std::string tag(const Tags &tags, const char *name) {
    const auto it = tags.find(name);
    return it == tags.end() ? std::string{} : it->second;
}

std::uint64_t number(const std::string &text) {
    guint64 value = 0;
    g_ascii_string_to_unsigned(text.c_str(), 10, 0, G_MAXUINT64, &value, nullptr);
    return value;
}

std::string upper(const std::string &text) { return Owned<char>{g_ascii_strup(text.c_str(), -1)}.get(); }

/// Index of "/dev/sdb" or "/dev/sdb1": disks are named in the order they were added (sda … sdz, sdaa …).
unsigned disk_index(std::string_view name) {
    unsigned index = 0;
    for (const char c : name.substr(std::min(name.size(), sizeof "/dev/sd" - 1))) {
        if (!g_ascii_islower(c))
            break;
        index = index * 26 + static_cast<unsigned>(c - 'a') + 1;
    }
    return index ? index - 1 : 0;
}

BlockDevice device_from(const std::string &name, const Tags &tags) {
    BlockDevice device{.name = name,
                       .type = tag(tags, "TYPE"),
                       .uuid = tag(tags, "UUID"),
                       .label = tag(tags, "LABEL"),
                       .partuuid = tag(tags, "PART_ENTRY_UUID"),
                       .partlabel = tag(tags, "PART_ENTRY_NAME"),
                       .parttype = tag(tags, "PART_ENTRY_TYPE")};
    if (!device.parttype.starts_with("0x"))
        device.parttype = upper(device.parttype);
    constexpr std::uint64_t sector = 512, most_sectors = G_MAXUINT64 / sector;
    device.bytes = std::min(number(tag(tags, "PART_ENTRY_SIZE")), most_sectors) * sector;
    device.partition = static_cast<unsigned>(std::min<std::uint64_t>(number(tag(tags, "PART_ENTRY_NUMBER")), 1u << 20));
    return device;
}

Result<std::uint64_t> size_of(const Handle &handle, const std::string &device) {
    const auto bytes = guestfs_blockdev_getsize64(handle.raw(), device.c_str());
    if (bytes < 0)
        return handle.failed(_("Measuring a disk"));
    return static_cast<std::uint64_t>(bytes);
}

bool has_type(const std::vector<BlockDevice> &devices, std::string_view type) {
    return std::ranges::any_of(devices, [&](const auto &device) { return device.type == type; });
}

/// LVM writes UUIDs with and without dashes.
std::string undashed(std::string text) { return replace_all(std::move(text), "-", ""); }

/// The first disk that holds a part of the volume group @group.
unsigned disk_of_group(const Handle &handle, const std::vector<BlockDevice> &devices, const std::string &group) {
    std::vector<const BlockDevice *> members;
    for (const auto &device : devices)
        if (device.type == "LVM2_member")
            members.push_back(&device);
    if (std::ranges::all_of(members, [&](const auto *member) { return member->disk == members.front()->disk; }))
        return members.front()->disk;
    const Owned<char *> uuids{guestfs_vgpvuuids(handle.raw(), group.c_str())};
    const auto known = strings_of(uuids.get());
    for (const auto *member : members)
        if (std::ranges::any_of(known, [&](const auto &uuid) { return undashed(uuid) == undashed(member->uuid); }))
            return member->disk;
    return members.front()->disk;
}

Result<> add_assembled(const Handle &handle, std::vector<std::string> names, std::vector<BlockDevice> &devices) {
    for (const auto &name : names) {
        auto device = device_from(name, H2K_TRY(tags_of(handle, name)));
        device.bytes = H2K_TRY(size_of(handle, name));
        const auto parts = split(name, '/'); // "", "dev", VG, LV
        if (parts.size() == 4)
            device.disk = disk_of_group(handle, devices, parts[2]);
        devices.push_back(std::move(device));
    }
    return {};
}

Result<> add_volumes(const Handle &handle, std::vector<BlockDevice> &devices) {
    Owned<char *> names{guestfs_lvs(handle.raw())};
    if (names && !*names && guestfs_lvm_scan(handle.raw(), 1) == 0)
        names.reset(guestfs_lvs(handle.raw()));
    if (!names)
        return handle.failed(_("Looking for logical volumes"));
    return add_assembled(handle, strings_of(names.get()), devices);
}

Result<> add_raids(const Handle &handle, std::vector<BlockDevice> &devices) {
    const Owned<char *> names{guestfs_list_md_devices(handle.raw())};
    if (!names)
        return handle.failed(_("Looking for software RAID"));
    return add_assembled(handle, strings_of(names.get()), devices);
}

} // namespace

Result<std::vector<BlockDevice>> list_devices(const Handle &handle) {
    const Owned<char *> disks{guestfs_list_devices(handle.raw())};
    const Owned<char *> partitions{disks ? guestfs_list_partitions(handle.raw()) : nullptr};
    if (!partitions)
        return handle.failed(_("Listing the guest's disks"));
    std::vector<BlockDevice> devices;
    std::vector<std::string> whole = strings_of(disks.get());
    for (const auto &name : strings_of(partitions.get())) {
        auto device = device_from(name, H2K_TRY(tags_of(handle, name)));
        device.disk = disk_index(name);
        std::erase_if(whole, [&](const auto &disk) { return disk_index(disk) == device.disk; });
        devices.push_back(std::move(device));
    }
    for (const auto &name : whole) {
        auto device = device_from(name, H2K_TRY(tags_of(handle, name)));
        if (device.type.empty())
            continue;
        device.disk = disk_index(name);
        device.bytes = H2K_TRY(size_of(handle, name));
        devices.push_back(std::move(device));
    }
    if (has_type(devices, "linux_raid_member"))
        H2K_CHECK(add_raids(handle, devices));
    if (has_type(devices, "LVM2_member"))
        H2K_CHECK(add_volumes(handle, devices));
    return devices;
}

} // namespace h2k
