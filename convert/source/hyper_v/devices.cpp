// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/source/hyper_v/devices.h"
#include "convert/base/i18n.h"
#include "convert/base/messages.h"
#include "convert/base/text.h"
#include "convert/source/untrusted_text.h"
#include <algorithm>
#include <map>

namespace h2k {

namespace {

// Windows Server 2012 R2: four controllers of 64 disks beside the IDE channels, twelve network cards.
constexpr std::size_t most_disks = 512;
constexpr std::size_t most_nics = 64;

// The kinds of devices, as the manifest has them.
constexpr std::string_view ide_kind = "83f8638b-8dca-4152-9eda-2ca8b33039b4";
constexpr std::string_view scsi_kind = "d422512d-2bf2-4752-809d-7b82b5fcb1b4";
constexpr std::string_view floppy_kind = "8f0d2762-0b00-4e04-af4f-19010527cb93";
constexpr std::string_view tpm_kind = "736e6aa9-a3f8-49c0-9550-a963214d259a";

struct Device {
    std::string kind; ///< lower case
    std::string name; ///< "Synthetic SCSI Controller"
    XmlElement section;
};

/// "vdev012" counts as 12: the manifest is in order of names, and there may be more than 999.
std::vector<XmlElement> manifest_of(const XmlElement &root) {
    std::vector<XmlElement> listed;
    for (const auto &one : root.child("manifest").children())
        if (one.name().starts_with("vdev"))
            listed.push_back(one);
    std::ranges::stable_sort(listed, [](const XmlElement &a, const XmlElement &b) {
        const auto x = a.name(), y = b.name();
        return x.size() != y.size() ? x.size() < y.size() : x < y;
    });
    return listed;
}

/// All devices, those of the manifest first and in its order.
std::vector<Device> devices_of(const XmlElement &root) {
    std::map<std::string, XmlElement> sections;
    for (const auto &section : root.children())
        if (const auto id = uuid_of(replace_all(section.name(), "_", "")); !id.empty())
            sections.try_emplace(id, section);
    std::vector<Device> found;
    for (const auto &listed : manifest_of(root)) {
        const auto section = sections.extract(uuid_of(listed.child("instance").text()));
        found.push_back({.kind = lower(listed.child("device").text()),
                         .name = listed.child("name").text(),
                         .section = section.empty() ? XmlElement{} : section.mapped()});
    }
    // A device of which there is only one is named like its kind.
    for (const auto &[id, section] : sections)
        found.push_back({.kind = id, .name = {}, .section = section});
    return found;
}

/// Children named @start and a number of at most two digits, in the order of the numbers.
std::map<unsigned, XmlElement> numbered(const XmlElement &parent, std::string_view start) {
    std::map<unsigned, XmlElement> found;
    for (const auto &child : parent.children()) {
        const auto name = child.name();
        if (!name.starts_with(start) || name.size() > start.size() + 2)
            continue;
        if (const auto index = parse_number<unsigned>(std::string_view{name}.substr(start.size())))
            found.try_emplace(*index, child);
    }
    return found;
}

Result<> add_drive(HyperVSettings &into, const XmlElement &drive, Bus bus, const std::string &slot,
                   const std::string &name) {
    const auto type = drive.child("type").text(), path = drive.child("pathname").text();
    const auto word = lower(type);
    if (word == "iso" || word == "dvd" || word == "atapi")
        return add_cdrom(into.machine, into.media, bus, path, name);
    if (word == "none" || (word != "vhd" && path.empty()))
        return {};
    if (word != "vhd")
        return fail(H2K_ERROR_SOURCE,
                    _("The disk %s of “%s” is of the type “%s”, which is not supported; a physical disk has no file "
                      "that could be read."),
                    slot.c_str(), name.c_str(), printable(type).c_str());
    if (path.empty()) {
        into.notices.warn("source.disk-absent",
                          sentence(_("The disk %s of “%s” has no file and is left out."), slot.c_str(), name.c_str()));
        return {};
    }
    if (into.disks.size() == most_disks)
        return fail(H2K_ERROR_SOURCE, _("“%s” has more than %zu disks."), name.c_str(), most_disks);
    into.disks.push_back({.slot = slot, .bus = bus, .path = path});
    return {};
}

/// The controllers of one section; @first: the number of the first of them.
Result<> add_drives(HyperVSettings &into, const XmlElement &section, Bus bus, std::size_t first,
                    const std::string &name) {
    const std::string kind = bus == Bus::ide ? "IDE " : "SCSI ";
    for (const auto &[controller, element] : numbered(section, "controller"))
        for (const auto &[unit, drive] : numbered(element, "drive"))
            H2K_CHECK(add_drive(into, drive, bus,
                                kind + std::to_string(first + controller) + ":" + std::to_string(unit), name));
    return {};
}

Result<> add_card(HyperVSettings &into, const Device &device, const std::string &address, const std::string &name) {
    if (into.machine.nics.size() == most_nics)
        return fail(H2K_ERROR_SOURCE, _("“%s” has more than %zu network cards."), name.c_str(), most_nics);
    // libvirt's names of the two: the one for guests that know Hyper-V, and DEC's 21140.
    const auto *model = device.name.empty() ? "" : device.name.contains("Emulated") ? "tulip" : "netvsc";
    Nic nic{.mac = mac_address(address),
            .model = model,
            .network = printable(device.section.child("Connection").child("AltSwitchName").text())};
    if (nic.mac.empty() && std::ranges::any_of(address, [](char c) { return g_ascii_isxdigit(c) && c != '0'; }))
        into.notices.warn("source.invalid-mac",
                          sentence(_("“%s” gives a network card the address “%s”, which is not a valid MAC address."),
                                   name.c_str(), printable(address).c_str()));
    into.machine.nics.push_back(std::move(nic));
    return {};
}

/// Floppy drives with a disk in them.
void add_floppies(HyperVSettings &into, const XmlElement &section) {
    for (const auto &[controller, element] : numbered(section, "controller"))
        for (const auto &[unit, drive] : numbered(element, "drive"))
            if (const auto path = drive.child("pathname").text(); !path.empty())
                into.machine.not_carried.push_back({LostDevice::floppy, printable(path)});
}

Result<> add_other(HyperVSettings &into, const Device &device, const std::string &name) {
    if (device.kind == tpm_kind)
        into.machine.tpm = true;
    for (const auto *key : {"MacAddress", "Address"})
        if (const auto address = device.section.child(key))
            return add_card(into, device, address.text(), name);
    return {};
}

} // namespace

Result<> add_hyper_v_devices(HyperVSettings &into, const XmlElement &root, const std::string &name) {
    const auto devices = devices_of(root);
    // The BIOS of the first generation starts from IDE alone; the second generation has none.
    for (const auto &device : devices)
        if (device.kind == ide_kind)
            H2K_CHECK(add_drives(into, device.section, Bus::ide, 0, name));
    std::size_t controllers = 0;
    for (const auto &device : devices) {
        if (device.kind == scsi_kind)
            H2K_CHECK(add_drives(into, device.section, Bus::scsi, controllers++, name));
        else if (device.kind == floppy_kind)
            add_floppies(into, device.section);
        else if (device.kind != ide_kind)
            H2K_CHECK(add_other(into, device, name));
    }
    return {};
}

} // namespace h2k
