// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/source/vmx/devices.h"
#include "convert/base/i18n.h"
#include "convert/base/messages.h"
#include "convert/base/text.h"
#include "convert/source/untrusted_text.h"
#include <algorithm>
#include <array>
#include <optional>

namespace h2k {

namespace {

// vSphere 8 "Configuration Maximums": 256 SCSI disks, 120 SATA ones, 60 NVMe ones; 10 network cards.
constexpr std::size_t most_disks = 512;
constexpr std::size_t most_nics = 64;

/// A place for a drive, "scsi0:1".
struct Slot {
    std::size_t kind = 0; ///< index in slot_kinds
    unsigned controller = 0, unit = 0;
    auto operator<=>(const Slot &) const = default;
};

struct SlotKind {
    std::string_view name;
    Bus bus;
};
/// In the order in which the firmware tries them.
constexpr std::array slot_kinds{SlotKind{"ide", Bus::ide}, SlotKind{"scsi", Bus::scsi}, SlotKind{"sata", Bus::sata},
                                SlotKind{"nvme", Bus::nvme}};

std::string controller_name(const Slot &slot) {
    return std::string{slot_kinds[slot.kind].name} + std::to_string(slot.controller);
}

std::string slot_name(const Slot &slot) { return controller_name(slot) + ":" + std::to_string(slot.unit); }

/// At most two digits, as no controller has 100 units, and each number in one spelling.
std::optional<unsigned> short_number(std::string_view text) {
    if (text.size() == 2 && text[0] == '0')
        return std::nullopt;
    return text.size() > 2 ? std::nullopt : parse_number<unsigned>(text);
}

/// "scsi0:1"; null for all else.
std::optional<Slot> slot_named(std::string_view text) {
    for (std::size_t kind = 0; kind < slot_kinds.size(); kind++) {
        if (!text.starts_with(slot_kinds[kind].name))
            continue;
        const auto rest = text.substr(slot_kinds[kind].name.size());
        const auto colon = rest.find(':');
        if (colon == std::string_view::npos)
            return std::nullopt;
        const auto controller = short_number(rest.substr(0, colon)), unit = short_number(rest.substr(colon + 1));
        return controller && unit ? std::optional{Slot{kind, *controller, *unit}} : std::nullopt;
    }
    return std::nullopt;
}

/// Those that are present and whose controller is, in order.
std::vector<Slot> slots_in_use(const VmxSettings &settings) {
    constexpr std::string_view present = ".present";
    std::vector<Slot> used;
    for (const auto &[key, value] : settings.values) {
        if (!key.ends_with(present) || !settings.is_true(key))
            continue;
        const auto slot = slot_named(std::string_view{key}.substr(0, key.size() - present.size()));
        if (slot && settings.is_true(controller_name(*slot) + ".present", true))
            used.push_back(*slot);
    }
    std::ranges::sort(used);
    return used;
}

/// The places that the boot order names, in its order.  `bios.bootOrder` has kinds of devices, "cdrom,hdd", and may
/// have single ones; `bios.hddOrder` has the disks.
std::vector<Slot> slots_to_boot(const VmxSettings &settings) {
    std::vector<Slot> first;
    for (const auto &word : split(lower(settings["bios.bootorder"] + "," + settings["bios.hddorder"]), ','))
        if (const auto slot = slot_named(trim(word)); slot && std::ranges::find(first, *slot) == first.end())
            first.push_back(*slot);
    return first;
}

/// The slots of @used, those of @first before the others.
std::vector<Slot> reordered(const std::vector<Slot> &used, const std::vector<Slot> &first) {
    std::vector<Slot> order;
    for (const auto &slot : first)
        if (std::ranges::binary_search(used, slot))
            order.push_back(slot);
    for (const auto &slot : used)
        if (std::ranges::find(first, slot) == first.end())
            order.push_back(slot);
    return order;
}

std::string key_of(const Slot &slot, std::string_view what) { return slot_name(slot) + "." + std::string{what}; }

Result<> add_disk(VmxHardware &into, const VmxSettings &settings, const Slot &slot, const std::string &name) {
    const auto shown = slot_name(slot);
    const auto &file = settings[key_of(slot, "filename")];
    if (file.empty()) {
        into.notices.warn("source.disk-absent",
                          sentence(_("The disk %s of “%s” has no file and is left out."), shown.c_str(), name.c_str()));
        return {};
    }
    const bool volatile_mode = lower(settings[key_of(slot, "mode")]).ends_with("nonpersistent");
    if (volatile_mode)
        into.notices.note(
            "vmx.nonpersistent-disk",
            sentence(_("The disk %s of “%s” lost its changes at each power off; the imported disk keeps them."),
                     shown.c_str(), name.c_str()));
    else if (const auto &redo = settings[key_of(slot, "redo")]; !redo.empty())
        return fail(H2K_ERROR_SOURCE,
                    _("The disk %s of “%s” has its newest data in the redo log “%s”, which is not read; commit it with "
                      "VMware first."),
                    shown.c_str(), name.c_str(), printable(redo).c_str());
    if (into.disks.size() == most_disks)
        return fail(H2K_ERROR_SOURCE, _("“%s” has more than %zu disks."), name.c_str(), most_disks);
    into.disks.push_back({.slot = shown, .bus = slot_kinds[slot.kind].bus, .file = file});
    return {};
}

Result<> add_drive(VmxHardware &into, const VmxSettings &settings, const Slot &slot, const std::string &name) {
    const auto &written = settings[key_of(slot, "devicetype")];
    const auto type = lower(written);
    const auto shown = slot_name(slot);
    const auto &file = settings[key_of(slot, "filename")];
    const bool is_disk = type.empty() || type == "disk" || type == "plaindisk" || type.ends_with("harddisk");
    if (type.contains("cdrom") || (is_disk && lower(file).ends_with(".iso"))) {
        // Other names are those of a drive of the host.
        const bool has_medium = type == "cdrom-image" || lower(file).ends_with(".iso");
        const bool connected = settings.is_true(key_of(slot, "startconnected"), true);
        if (has_medium && !connected && !file.empty())
            into.machine.not_carried.push_back({LostDevice::medium, printable(file)});
        return add_cdrom(into.machine, into.media, slot_kinds[slot.kind].bus, has_medium && connected ? file : "",
                         name);
    }
    if (type == "rawdisk")
        return fail(
            H2K_ERROR_SOURCE,
            _("The disk %s of “%s” is a physical disk of its host (rawDisk), which is not in any file; copy the "
              "disk there with “qemu-img convert -O qcow2 DEVICE disk.qcow2” and name the images as the "
              "sources."),
            shown.c_str(), name.c_str());
    if (is_disk || lower(file).ends_with(".vmdk"))
        return add_disk(into, settings, slot, name);
    into.machine.not_carried.push_back({LostDevice::drive, shown + " (" + printable(written) + ")"});
    return {};
}

/// The index of a card by its key, "ethernet0.present".
std::optional<unsigned> card_of(std::string_view key) {
    constexpr std::string_view start = "ethernet", end = ".present";
    if (key.size() <= start.size() + end.size() || !key.starts_with(start) || !key.ends_with(end))
        return std::nullopt;
    return short_number(key.substr(start.size(), key.size() - start.size() - end.size()));
}

/// -1 is a card that was never started.
unsigned pci_slot(const std::string &text) {
    constexpr unsigned most = 0xffff;
    return parse_number<unsigned>(text, 0, most).value_or(0);
}

Nic card(const VmxSettings &settings, const std::string &key, const std::string &name, Notices &notices) {
    const auto value = [&](const char *what) -> const std::string & { return settings[key + what]; };
    const bool fixed = lower(value(".addresstype")) == "static";
    const auto &chosen = value(fixed ? ".address" : ".generatedaddress");
    const auto &address = chosen.empty() ? value(fixed ? ".generatedaddress" : ".address") : chosen;
    Nic nic{.mac = mac_address(address), .model = lower(printable(value(".virtualdev"))), .network = {}};
    if (nic.mac.empty() && !address.empty())
        notices.warn("source.invalid-mac",
                     sentence(_("“%s” gives the network card %s the address “%s”, which is not a valid MAC address."),
                              name.c_str(), key.c_str(), printable(address).c_str()));
    nic.slot = pci_slot(value(".pcislotnumber"));
    for (const auto *what : {".networkname", ".vnet", ".connectiontype"})
        if (nic.network.empty())
            nic.network = printable(value(what));
    return nic;
}

} // namespace

Result<> add_vmx_drives(VmxHardware &into, const VmxSettings &settings, const std::string &name) {
    for (const auto &slot : reordered(slots_in_use(settings), slots_to_boot(settings)))
        H2K_CHECK(add_drive(into, settings, slot, name));
    return {};
}

Result<> add_vmx_nics(VmxHardware &into, const VmxSettings &settings, const std::string &name) {
    std::vector<unsigned> cards;
    for (const auto &[key, value] : settings.values)
        if (const auto index = card_of(key); index && settings.is_true(key))
            cards.push_back(*index);
    std::ranges::sort(cards);
    if (cards.size() > most_nics)
        return fail(H2K_ERROR_SOURCE, _("“%s” has more than %zu network cards."), name.c_str(), most_nics);
    for (const auto index : cards)
        into.machine.nics.push_back(card(settings, "ethernet" + std::to_string(index), name, into.notices));
    return {};
}

} // namespace h2k
