// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/source/libvirt/disks.h"
#include "convert/base/i18n.h"
#include "convert/base/messages.h"
#include "convert/base/text.h"
#include "convert/format/limits.h"
#include <algorithm>
#include <array>

namespace h2k {

namespace {

struct BusName {
    std::string_view bus;    ///< in the XML
    std::string_view prefix; ///< of a target, where no bus is named
    Bus is;
};

// A USB disk is a SCSI disk to its guest; Xen's own bus is what virtio is elsewhere.
constexpr std::array buses{
    BusName{"ide", "hd", Bus::ide},     BusName{"scsi", "sd", Bus::scsi}, BusName{"sata", "", Bus::sata},
    BusName{"usb", "", Bus::scsi},      BusName{"nvme", "", Bus::nvme},   BusName{"virtio", "vd", Bus::virtio},
    BusName{"xen", "xvd", Bus::virtio},
};

/// "vdab" as "vd" and 27.
struct TargetName {
    std::string prefix;
    std::uint64_t number = 0;
};

TargetName split_target(const std::string &target) {
    TargetName name{.prefix = target.substr(0, target.find('d') + 1), .number = 0};
    if (name.prefix.empty())
        return {.prefix = target, .number = 0};
    for (const char c : target.substr(name.prefix.size(), 8))
        if (g_ascii_islower(c))
            name.number = name.number * 26 + static_cast<std::uint64_t>(c - 'a') + 1;
    return name;
}

Bus bus_of(const XmlElement &target) {
    const auto wanted = target.attribute("bus");
    const auto prefix = split_target(target.attribute("dev")).prefix;
    const auto *found = std::ranges::find_if(buses, [&](const BusName &one) {
        return wanted.empty() ? !one.prefix.empty() && one.prefix == prefix : one.bus == wanted;
    });
    return found == buses.end() ? Bus::scsi : found->is;
}

/// libvirt uses QEMU's names for formats; null where the XML names none.
Result<std::optional<DiskFormat>> format_of(const XmlElement &disk, const std::string &target,
                                            const std::string &name) {
    const auto type = disk.child("driver").attribute("type");
    if (type.empty())
        return std::nullopt;
    if (const auto format = type == "vpc" ? DiskFormat::vhd : disk_format_named(type))
        return format;
    return fail(H2K_ERROR_SOURCE, _("The disk “%s” of “%s” has the format “%s”, which is not supported."),
                target.c_str(), name.c_str(), printable(type).c_str());
}

std::unexpected<Error> not_a_file(const XmlElement &disk, const std::string &target, const std::string &name) {
    const auto type = disk.attribute("type");
    const auto source = disk.child("source");
    if (type == "block")
        return fail(
            H2K_ERROR_SOURCE,
            _("The disk “%s” of “%s” is the block device “%s”, but only disks in files are supported; copy it into a "
              "file with “qemu-img convert” and change the disk to use that file."),
            target.c_str(), name.c_str(), printable(source.attribute("dev")).c_str());
    if (type == "network")
        return fail(H2K_ERROR_SOURCE,
                    _("The disk “%s” of “%s” is accessed over the network by “%s”, but only disks in files are "
                      "supported; copy it into a file with “qemu-img convert” and change the disk to use that file."),
                    target.c_str(), name.c_str(), printable(source.attribute("protocol")).c_str());
    return fail(
        H2K_ERROR_SOURCE,
        _("The disk “%s” of “%s” has a source of the type “%s”, but only disks in files are supported; copy it into a "
          "file and change the disk to use that file."),
        target.c_str(), name.c_str(), printable(type).c_str());
}

/// What changes the content of an image on its way into the guest.
Result<> check_plain(const XmlElement &disk, const std::string &target, const std::string &name) {
    const auto source = disk.child("source");
    if (disk.attribute("device") == "lun")
        return fail(H2K_ERROR_SOURCE,
                    _("The disk “%s” of “%s” is a passed-through LUN, but only disks in files are supported; copy it "
                      "into a file with “qemu-img convert” and change the disk to use that file."),
                    target.c_str(), name.c_str());
    if (disk.child("encryption") || source.child("encryption"))
        return fail(H2K_ERROR_SOURCE, _("The disk “%s” of “%s” is encrypted by libvirt; decrypt it first."),
                    target.c_str(), name.c_str());
    if (source.child("slices"))
        return fail(H2K_ERROR_SOURCE,
                    _("The disk “%s” of “%s” is a slice of its image; copy the slice into a file of its own first."),
                    target.c_str(), name.c_str());
    return {};
}

/// Two boot devices never have the same number; 0 is none.
unsigned boot_order_of(const XmlElement &disk) {
    constexpr unsigned most_order = 65535;
    return parse_number<unsigned>(disk.child("boot").attribute("order"), 1, most_order).value_or(0);
}

/// What QEMU takes as a serial number, and all that udev makes a name of.
std::string serial_of(const XmlElement &disk) {
    constexpr std::size_t longest = 247; // libvirt's own limit for SCSI
    const auto text = disk.child("serial").text();
    const auto is_plain = [](char c) { return g_ascii_isalnum(c) || std::string_view{"_-.+ "}.contains(c); };
    return text.size() <= longest && std::ranges::all_of(text, is_plain) ? text : std::string{};
}

std::string wwn_of(const XmlElement &disk) {
    const auto text = lower(disk.child("wwn").text());
    const bool good = text.size() == 16 && std::ranges::all_of(text, [](char c) { return g_ascii_isxdigit(c); });
    return good ? text : std::string{};
}

/// Of a logical sector; libvirt's own is one of 512 bytes.
Result<unsigned> sector_bytes_of(const XmlElement &disk, const std::string &target, const std::string &name) {
    const auto text = disk.child("blockio").attribute("logical_block_size");
    if (text.empty() || text == "512")
        return sector_size;
    if (text == "4096")
        return large_sector_size;
    return fail(H2K_ERROR_SOURCE,
                _("The disk “%s” of “%s” has logical sectors of “%s” bytes, but only 512 and 4096 are supported."),
                target.c_str(), name.c_str(), printable(text).c_str());
}

Result<DomainDisk> read_disk(const XmlElement &disk, const std::string &name) {
    const auto type = disk.attribute("type");
    const auto source = disk.child("source");
    const auto target = printable(disk.child("target").attribute("dev"));
    H2K_CHECK(check_plain(disk, target, name));
    if (!type.empty() && type != "file" && type != "volume")
        return not_a_file(disk, target, name);
    DomainDisk found{.target = target,
                     .bus = bus_of(disk.child("target")),
                     .boot_order = boot_order_of(disk),
                     .serial = serial_of(disk),
                     .wwn = wwn_of(disk),
                     .sector_bytes = H2K_TRY(sector_bytes_of(disk, target, name)),
                     .format = H2K_TRY(format_of(disk, target, name)),
                     .file = type == "volume" ? std::string{} : source.attribute("file"),
                     .pool = type == "volume" ? source.attribute("pool") : std::string{},
                     .volume = type == "volume" ? source.attribute("volume") : std::string{}};
    if (found.file.empty() && (found.pool.empty() || found.volume.empty()))
        return fail(H2K_ERROR_SOURCE, _("The disk “%s” of “%s” has no file."), target.c_str(), name.c_str());
    return found;
}

/// What is no file, a drive of the host or an address, is no ISO image here.
Result<> read_cdrom(const XmlElement &disk, const std::string &name, DomainDescription &found) {
    const auto source = disk.child("source");
    const bool is_volume = disk.attribute("type") == "volume";
    H2K_CHECK(add_cdrom(found.machine, found.media, bus_of(disk.child("target")),
                        source.attribute(is_volume ? "volume" : "file"), name));
    if (is_volume && !found.media.empty() && found.media.back().drive + 1 == found.machine.cdroms.size())
        found.media.back().pool = source.attribute("pool");
    return {};
}

} // namespace

Result<> read_domain_disks(const XmlElement &devices, const std::string &name, DomainDescription &found) {
    constexpr std::size_t most = 512;
    std::size_t count = 0;
    for (const auto &disk : devices.children("disk")) {
        if (++count > most)
            return fail(H2K_ERROR_SOURCE, _("“%s” has more than %zu disks."), name.c_str(), most);
        const auto device = disk.attribute("device");
        const auto medium = printable(disk.child("source").attribute("file"));
        if (device == "cdrom")
            H2K_CHECK(read_cdrom(disk, name, found));
        else if (device == "floppy")
            found.machine.not_carried.push_back({LostDevice::floppy, printable(disk.child("target").attribute("dev")) +
                                                                         (medium.empty() ? "" : " (" + medium + ")")});
        else
            found.disks.push_back(H2K_TRY(read_disk(disk, name)));
    }
    // Buses keep the order in which they appear, as the guest's firmware tries them.
    std::vector<std::string> prefixes;
    for (const auto &disk : found.disks)
        prefixes.push_back(split_target(disk.target).prefix);
    std::ranges::stable_sort(found.disks, {}, [&](const DomainDisk &disk) {
        const auto key = split_target(disk.target);
        return std::pair{std::ranges::find(prefixes, key.prefix) - prefixes.begin(), key.number};
    });
    return {};
}

} // namespace h2k
