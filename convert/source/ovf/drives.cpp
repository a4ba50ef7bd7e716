// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/base/i18n.h"
#include "convert/base/messages.h"
#include "convert/base/text.h"
#include "convert/format/limits.h"
#include "convert/source/ovf/controllers.h"
#include "convert/source/ovf/hardware.h"
#include "convert/source/ovf/items.h"
#include "convert/source/ovf/units.h"
#include <algorithm>
#include <ranges>
#include <tuple>

namespace h2k {

namespace {

constexpr std::size_t most_drives = 512;

/// The last part of "ovf:/disk/ID", "/file/ID" or oVirt's "GROUP/ID".
std::string last_part(const std::string &resource) { return resource.substr(resource.rfind('/') + 1); }

template <typename T> std::size_t find_id(const std::vector<T> &all, const std::string &id) {
    return static_cast<std::size_t>(std::ranges::find(all, id, &T::id) - all.begin());
}

/// The file that a disk names: by its id, or as oVirt does by its href.
std::size_t file_of(const OvfEnvelope &envelope, const OvfDisk &disk) {
    const auto &files = envelope.files;
    if (const auto at = find_id(files, disk.file); at < files.size())
        return at;
    if (const auto at = std::ranges::find(files, disk.file, &OvfFile::href); at != files.end())
        return static_cast<std::size_t>(at - files.begin());
    return find_id(files, last_part(disk.file));
}

bool names_file(const std::string &resource) { return resource.contains("/file/") || resource.starts_with("file/"); }

/// The disk that an item names.  "ovf:/file/ID" names a file, which may be the one of a disk; oVirt names a group and a
/// volume, and either may be the disk's id.
std::size_t disk_of(const OvfEnvelope &envelope, const OvfItem &item) {
    const auto &disks = envelope.disks;
    const auto &resource = item.host_resource;
    const auto id = last_part(resource);
    if (names_file(resource))
        return static_cast<std::size_t>(std::ranges::find(disks, id, &OvfDisk::file) - disks.begin());
    if (const auto at = find_id(disks, id); at < disks.size())
        return at;
    return find_id(disks, resource.substr(0, resource.find('/')));
}

/// An item that is a disk, and where it is attached.
struct DiskItem {
    const OvfItem *item;
    std::size_t controller, first; ///< places among the controllers, and in the order of the boot
    std::uint64_t address;
    Bus bus;
};

/// Those that VMware boots from first, in their order; then by controller and by address on it; then those without a
/// controller, as they appear.
std::vector<DiskItem> disk_items(const OvfSystem &system) {
    const auto controllers = ovf_controllers(system.items);
    std::vector<DiskItem> found;
    for (const auto &item : system.items) {
        if (!is_disk(item))
            continue;
        const auto on = controllers.find(item.parent);
        const bool known = on != controllers.end();
        const auto first = std::ranges::find(system.boot_order, item.instance) - system.boot_order.begin();
        found.push_back({.item = &item,
                         .controller = known ? on->second.rank : controllers.size(),
                         .first = static_cast<std::size_t>(first),
                         .address = known ? ovf_bytes(item.address_on_parent, "byte").value_or(0) : 0,
                         .bus = known ? on->second.bus : Bus::scsi});
    }
    std::ranges::stable_sort(
        found, {}, [](const DiskItem &disk) { return std::tuple{disk.first, disk.controller, disk.address}; });
    return found;
}

/// oVirt's disks have no controller.
Bus bus_of_disk(const OvfDisk &disk, Bus bus) {
    const auto interface = lower(disk.interface);
    if (interface == "virtio")
        return Bus::virtio;
    if (interface == "ide")
        return Bus::ide;
    return interface == "sata" ? Bus::sata : bus;
}

/// Adds an empty disk where its size is known.
void add_blank(std::vector<OvfDrive> &drives, const OvfDisk &disk, const OvfDrive &drive, const std::string &name,
               Notices &notices) {
    const auto shown = printable(disk.id);
    if (disk.capacity == 0 || disk.capacity > largest_disk) {
        notices.warn("ovf.blank-disk",
                     sentence(_("The disk “%s” of “%s” is blank and has no valid size; it is left out."), shown.c_str(),
                              name.c_str()));
        return;
    }
    notices.note("ovf.disk-made-empty", sentence(_("The disk “%s” of “%s” is blank; an empty disk of %s is created."),
                                                 shown.c_str(), name.c_str(), size_for_people(disk.capacity).c_str()));
    drives.push_back(drive);
}

/// The file of the disk @at, which no other disk has.
Result<std::size_t> own_file_of(const std::vector<OvfDrive> &drives, const OvfEnvelope &envelope, std::size_t at,
                                const std::string &name) {
    const auto &disk = envelope.disks[at];
    const auto shown = printable(disk.id);
    if (std::ranges::find(drives, at, &OvfDrive::disk) != drives.end())
        return fail(H2K_ERROR_SOURCE, _("“%s” has two devices for the disk “%s”."), name.c_str(), shown.c_str());
    const auto file = file_of(envelope, disk);
    if (file >= envelope.files.size())
        return fail(H2K_ERROR_SOURCE, _("“%s” keeps the disk “%s” in a file that it does not list."), name.c_str(),
                    shown.c_str());
    if (std::ranges::find(drives, std::optional{file}, &OvfDrive::file) != drives.end())
        return fail(H2K_ERROR_SOURCE, _("“%s” keeps two disks in the file “%s”."), name.c_str(),
                    printable(envelope.files[file].href).c_str());
    return file;
}

/// Adds the disk @at.
Result<> add_drive(std::vector<OvfDrive> &drives, const OvfEnvelope &envelope, std::size_t at, Bus bus,
                   const std::string &name, Notices &notices) {
    const auto &disk = envelope.disks[at];
    OvfDrive drive{.disk = at, .bus = bus_of_disk(disk, bus)};
    if (!disk.parent.empty())
        return fail(H2K_ERROR_SOURCE,
                    _("“%s” describes the disk “%s” as a difference to another one; export it as a complete disk."),
                    name.c_str(), printable(disk.id).c_str());
    if (drives.size() == most_drives)
        return fail(H2K_ERROR_SOURCE, _("“%s” has more than %zu disks."), name.c_str(), most_drives);
    if (disk.file.empty()) {
        add_blank(drives, disk, drive, name, notices);
        return {};
    }
    drive.file = H2K_TRY(own_file_of(drives, envelope, at, name));
    drives.push_back(drive);
    return {};
}

/// Disks that no device names: all of them where there are no devices, as in envelopes that were written by hand.
Result<> add_rest(std::vector<OvfDrive> &drives, const OvfEnvelope &envelope, const std::vector<bool> &named,
                  const std::string &name, Notices &notices) {
    const bool has_devices = std::ranges::any_of(envelope.system.items, is_disk);
    for (std::size_t i = 0; i < named.size(); ++i) {
        const auto &disk = envelope.disks[i];
        if (named[i] || (has_devices && disk.file.empty()))
            continue;
        if (has_devices)
            notices.warn("ovf.disk-without-device",
                         sentence(_("The disk “%s” of “%s” is not attached to a device and is left out."),
                                  printable(disk.id).c_str(), name.c_str()));
        else
            H2K_CHECK(add_drive(drives, envelope, i, Bus::scsi, name, notices));
    }
    return {};
}

} // namespace

OvfType type_of(const OvfItem &item) {
    const auto type = ovf_bytes(item.type, "byte").value_or(0);
    return type <= 64 ? static_cast<OvfType>(type) : OvfType::other;
}

bool is_disk(const OvfItem &item) {
    switch (type_of(item)) {
    case OvfType::disk:
    case OvfType::storage_extent:
    case OvfType::logical_disk: return true;
    default: return false;
    }
}

bool is_cdrom(const OvfItem &item) { return type_of(item) == OvfType::cd || type_of(item) == OvfType::dvd; }

std::optional<std::size_t> ovf_medium(const OvfEnvelope &envelope, const OvfItem &item) {
    const auto none = envelope.files.size();
    const auto id = last_part(item.host_resource);
    auto file = none;
    if (names_file(item.host_resource))
        file = id.empty() ? none : find_id(envelope.files, id);
    else if (const auto disk = disk_of(envelope, item); disk < envelope.disks.size())
        file = envelope.disks[disk].file.empty() ? none : file_of(envelope, envelope.disks[disk]);
    return file == none ? std::nullopt : std::optional{file};
}

Result<std::vector<OvfDrive>> ovf_drives(const OvfEnvelope &envelope, const std::string &name, Notices &notices) {
    std::vector<OvfDrive> drives;
    std::vector<bool> named(envelope.disks.size());
    for (const auto &disk : disk_items(envelope.system)) {
        if (disk.item->host_resource.empty()) {
            notices.warn("source.disk-absent",
                         sentence(_("A disk of “%s” has no image and is left out."), name.c_str()));
            continue;
        }
        const auto at = disk_of(envelope, *disk.item);
        if (at >= envelope.disks.size())
            return fail(H2K_ERROR_SOURCE, _("“%s” has a device for the disk “%s”, which it does not describe."),
                        name.c_str(), printable(disk.item->host_resource).c_str());
        named[at] = true;
        H2K_CHECK(add_drive(drives, envelope, at, disk.bus, name, notices));
    }
    const auto name_disk_of = [&](const OvfItem &item) {
        if (const auto at = disk_of(envelope, item); at < named.size())
            named[at] = true;
    };
    std::ranges::for_each(envelope.others | std::views::filter(is_disk), name_disk_of);
    // Some list the images of CDs among the disks.
    std::ranges::for_each(envelope.system.items | std::views::filter(is_cdrom), name_disk_of);
    H2K_CHECK(add_rest(drives, envelope, named, name, notices));
    // oVirt says of the disks themselves which one it boots from.
    std::ranges::stable_partition(drives, [&](const OvfDrive &drive) { return envelope.disks[drive.disk].boots; });
    return drives;
}

} // namespace h2k
