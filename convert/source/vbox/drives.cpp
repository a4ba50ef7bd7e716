// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/base/i18n.h"
#include "convert/base/messages.h"
#include "convert/base/text.h"
#include "convert/source/untrusted_text.h"
#include "convert/source/vbox/settings.h"
#include <algorithm>
#include <array>
#include <map>

namespace h2k {

namespace {

constexpr std::size_t most_disks = 512;

/// A medium of the registry.
struct Medium {
    std::string location, format;
    std::string parent{}; ///< UUID of the medium whose changes it holds; empty: none
    bool encrypted = false;
};
using Media = std::map<std::string, Medium>; ///< by UUID

/// All media below @list: those that hold the changes of another one are its children.
void add_media(Media &into, const XmlElement &list, std::string_view element, const std::string &parent = {}) {
    for (const auto &one : list.children(element)) {
        Medium medium{.location = one.attribute("location"), .format = one.attribute("format"), .parent = parent};
        for (const auto &property : one.children("Property"))
            medium.encrypted = medium.encrypted || property.attribute("name") == "CRYPT/KeyStore";
        const auto uuid = uuid_of(one.attribute("uuid"));
        into.emplace(uuid, std::move(medium));
        add_media(into, one, element, uuid);
    }
}

struct ControllerKind {
    std::string_view type;
    Bus bus;
};
constexpr std::array controller_kinds{
    ControllerKind{"PIIX3", Bus::ide},     ControllerKind{"PIIX4", Bus::ide},
    ControllerKind{"ICH6", Bus::ide},      ControllerKind{"AHCI", Bus::sata},
    ControllerKind{"LsiLogic", Bus::scsi}, ControllerKind{"BusLogic", Bus::scsi},
    ControllerKind{"NVMe", Bus::nvme},     ControllerKind{"LsiLogicSas", Bus::scsi},
    ControllerKind{"USB", Bus::scsi},      ControllerKind{"VirtioSCSI", Bus::scsi},
};

Bus bus_of(const XmlElement &controller) {
    const auto *kind = std::ranges::find(controller_kinds, controller.attribute("type"), &ControllerKind::type);
    return kind == controller_kinds.end() ? Bus::scsi : kind->bus;
}

/// A device and where it is attached.
struct Attached {
    XmlElement device;
    unsigned port = 0, unit = 0;
};

std::vector<Attached> attached_to(const XmlElement &controller) {
    constexpr unsigned most = 1024;
    std::vector<Attached> found;
    for (const auto &device : controller.children("AttachedDevice"))
        found.push_back({.device = device,
                         .port = parse_number<unsigned>(device.attribute("port"), 0, most).value_or(0),
                         .unit = parse_number<unsigned>(device.attribute("device"), 0, most).value_or(0)});
    std::ranges::stable_sort(found, {}, [](const Attached &one) { return std::pair{one.port, one.unit}; });
    return found;
}

/// The media from @uuid down.  A parent is always entered before its children, so that there is no circle.
std::vector<Media::const_iterator> chain_of(const Media &media, std::string uuid) {
    std::vector<Media::const_iterator> chain;
    for (auto next = media.find(uuid); !uuid.empty() && next != media.end(); next = media.find(uuid)) {
        chain.push_back(next);
        uuid = next->second.parent;
    }
    return chain;
}

Result<> add_disk(VboxSettings &into, const Media &media, Media::const_iterator found, Bus bus, const std::string &slot,
                  const std::string &name) {
    const auto &medium = found->second;
    const auto chain = chain_of(media, found->first);
    if (medium.encrypted || std::ranges::any_of(chain, [](const auto &one) { return one->second.encrypted; }))
        return fail(
            H2K_ERROR_SOURCE,
            _("The disk %s of “%s” is encrypted by VirtualBox; decrypt it first, with “VBoxManage encryptmedium "
              "DISK --oldpassword FILE”."),
            slot.c_str(), name.c_str());
    if (medium.location.contains("://") || lower(medium.format) == "iscsi")
        return fail(H2K_ERROR_SOURCE,
                    _("The disk %s of “%s” is not in a file; copy it into one with “VBoxManage clonemedium UUID "
                      "COPY.vdi”, and name the copy as the source."),
                    slot.c_str(), name.c_str());
    if (into.disks.size() == most_disks)
        return fail(H2K_ERROR_SOURCE, _("“%s” has more than %zu disks."), name.c_str(), most_disks);
    auto &disk = into.disks.emplace_back(slot, bus, medium.location);
    for (const auto &one : chain)
        disk.chain.push_back({.uuid = one->first, .location = one->second.location});
    return {};
}

Result<> add_device(VboxSettings &into, const Attached &attached, const Media &media, const XmlElement &controller,
                    const std::string &name) {
    auto &machine = into.machine;
    const auto type = attached.device.attribute("type");
    const auto image = attached.device.child("Image");
    const auto medium = media.find(uuid_of(image.attribute("uuid")));
    const bool is_known = image && medium != media.end();
    const auto slot = printable(controller.attribute("name")) + " " + std::to_string(attached.port) + ":" +
                      std::to_string(attached.unit);
    if (type == "DVD") {
        return add_cdrom(machine, into.media, bus_of(controller), is_known ? medium->second.location : "", name);
    } else if (type == "Floppy") {
        machine.not_carried.push_back({LostDevice::floppy, slot});
    } else if (type == "HardDisk" && !image) {
        into.notices.warn("source.disk-absent",
                          sentence(_("The disk %s of “%s” has no file and is left out."), slot.c_str(), name.c_str()));
    } else if (type == "HardDisk" && !is_known) {
        return fail(H2K_ERROR_SOURCE,
                    _("The disk %s of “%s” is not in its list of media; export the machine with “VBoxManage export "
                      "NAME -o MACHINE.ova”."),
                    slot.c_str(), name.c_str());
    } else if (type == "HardDisk") {
        return add_disk(into, media, medium, bus_of(controller), slot, name);
    }
    return {};
}

} // namespace

Result<> add_vbox_drives(VboxSettings &into, const XmlElement &machine, const std::string &name) {
    Media media;
    const auto registry = machine.child("MediaRegistry");
    add_media(media, registry.child("HardDisks"), "HardDisk");
    add_media(media, registry.child("DVDImages"), "Image");
    add_media(media, registry.child("FloppyImages"), "Image");
    // Since VirtualBox 7 they are a part of the hardware.
    for (const auto &parent : {machine.child("Hardware"), machine})
        for (const auto &controller : parent.child("StorageControllers").children("StorageController"))
            for (const auto &attached : attached_to(controller))
                H2K_CHECK(add_device(into, attached, media, controller, name));
    return {};
}

} // namespace h2k
