// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/appliance/storage/volumes.h"
#include "convert/appliance/storage/block_device.h"
#include "convert/base/i18n.h"
#include "convert/base/text.h"
#include <algorithm>
#include <map>

namespace h2k {

namespace {

using Tags = std::map<std::string, std::string>;

/// LVM writes UUIDs with and without dashes, mdadm with colons.
std::string undashed(std::string text) { return replace_all(replace_all(std::move(text), "-", ""), ":", ""); }

/// Names of those of @devices that the volume group @group lies on.
std::vector<std::string> members_of_group(const Handle &handle, const std::vector<BlockDevice> &devices,
                                          const std::string &group) {
    std::vector<const BlockDevice *> all;
    for (const auto &device : devices)
        if (device.type == "LVM2_member")
            all.push_back(&device);
    std::vector<std::string> members;
    if (all.size() == 1)
        members.push_back(all.front()->name);
    if (all.size() <= 1)
        return members;
    const Owned<char *> uuids{guestfs_vgpvuuids(handle.call(), group.c_str())};
    const auto known = strings_of(uuids.get());
    for (const auto *member : all)
        if (std::ranges::any_of(known, [&](const auto &uuid) { return undashed(uuid) == undashed(member->uuid); }))
            members.push_back(member->name);
    return members;
}

unsigned first_disk(const std::vector<BlockDevice> &devices, const std::vector<std::string> &below) {
    unsigned first = ~0u;
    for (const auto &name : below)
        if (const auto *device = device_named(devices, name))
            first = std::min(first, device->disk);
    return first == ~0u ? 0 : first;
}

Result<> add_volumes(const Handle &handle, std::vector<BlockDevice> &devices) {
    Owned<char *> names{guestfs_lvs(handle.call())};
    if (names && !*names && guestfs_lvm_scan(handle.call(), 1) == 0)
        names.reset(guestfs_lvs(handle.call()));
    if (!names)
        return handle.failed(_("Looking for logical volumes"));
    std::map<std::string, std::vector<std::string>> members; // a program of LVM takes a while without KVM
    for (const auto &name : strings_of(names.get())) {
        if (device_named(devices, name))
            continue;
        auto device = H2K_TRY(look_up(handle, name));
        if (const auto parts = split(name, '/'); parts.size() == 4) { // "", "dev", VG, LV
            if (!members.contains(parts[2]))
                members[parts[2]] = members_of_group(handle, devices, parts[2]);
            device.below = members[parts[2]];
        }
        device.disk = first_disk(devices, device.below);
        devices.push_back(std::move(device));
    }
    return {};
}

/// May @name be part of a path below /dev?
bool is_path_part(std::string_view name) {
    return name.size() <= 64 && !name.starts_with('.') && consists_of(name, "_-.+:");
}

/// What `mdadm --detail --export` says, in libguestfs's spelling: without "MD_", in small letters.
Tags detail_of(const Handle &handle, const std::string &device) {
    Tags tags;
    const Owned<char *> hash{guestfs_md_detail(handle.call(), device.c_str())};
    for (char **at = hash.get(); at && at[0] && at[1]; at += 2)
        tags[at[0]] = at[1];
    return tags;
}

/// The names by which udev and mdadm know it: mdadm(8), "DEVICE NAMES", and udev's 63-md-raid-arrays.rules.
void name_raid(const Tags &tags, BlockDevice &device) {
    const auto tag = [&](const char *name) {
        const auto found = tags.find(name);
        return found == tags.end() ? std::string{} : found->second;
    };
    if (const auto uuid = tag("uuid"); is_path_part(uuid))
        device.names.push_back("/dev/disk/by-id/md-uuid-" + uuid);
    const auto full = tag("name");
    const auto name = full.substr(full.find(':') + 1); // "host:name"
    if (!is_path_part(name))
        return;
    device.names.push_back("/dev/disk/by-id/md-name-" + full);
    device.names.push_back("/dev/md/" + name);
    if (name.size() <= 4 && std::ranges::all_of(name, [](char c) { return g_ascii_isdigit(c); }))
        device.names.push_back("/dev/md" + name);
}

void describe_raid(const Handle &handle, const std::vector<BlockDevice> &devices, BlockDevice &device) {
    const auto tags = detail_of(handle, device.name);
    name_raid(tags, device);
    // mdadm's own names of the members are the kernel's, which libguestfs may rename.
    const auto uuid = tags.find("uuid");
    for (const auto &member : devices)
        if (member.type == "linux_raid_member" && uuid != tags.end() && undashed(member.uuid) == undashed(uuid->second))
            device.below.push_back(member.name);
    const auto active = std::ranges::count_if(tags, [](const auto &tag) {
        return tag.first.starts_with("device_") && tag.first.ends_with("_role") && tag.second != "spare";
    });
    const auto number = tags.find("devices");
    const auto members = number == tags.end() ? std::nullopt : parse_number(number->second, 0, 4096);
    device.degraded = members && static_cast<std::uint64_t>(active) < *members;
}

Result<> add_raids(const Handle &handle, std::vector<BlockDevice> &devices) {
    const Owned<char *> names{guestfs_list_md_devices(handle.call())};
    if (!names)
        return handle.failed(_("Looking for software RAID"));
    for (const auto &name : strings_of(names.get())) {
        if (device_named(devices, name))
            continue;
        auto device = H2K_TRY(look_up(handle, name));
        describe_raid(handle, devices, device);
        device.disk = first_disk(devices, device.below);
        devices.push_back(std::move(device));
    }
    return {};
}

} // namespace

Result<> add_assembled(const Handle &handle, std::vector<BlockDevice> &devices) {
    if (std::ranges::any_of(devices, [](const auto &d) { return d.type.ends_with("_raid_member"); }))
        H2K_CHECK(add_raids(handle, devices));
    if (std::ranges::any_of(devices, [](const auto &d) { return d.type == "LVM2_member"; }))
        H2K_CHECK(add_volumes(handle, devices));
    return {};
}

} // namespace h2k
