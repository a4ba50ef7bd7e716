// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/source/ovf/hardware.h"
#include "convert/base/i18n.h"
#include "convert/base/messages.h"
#include "convert/base/text.h"
#include "convert/source/machine_limits.h"
#include "convert/source/machine_name.h"
#include "convert/source/notices.h"
#include "convert/source/ovf/controllers.h"
#include "convert/source/ovf/items.h"
#include "convert/source/ovf/lost_devices.h"
#include "convert/source/ovf/units.h"
#include "convert/source/untrusted_text.h"
#include <algorithm>
#include <optional>
#include <set>

namespace h2k {

namespace {

constexpr std::size_t most_nics = 64;

unsigned count(const std::string &text) { return parse_number<unsigned>(trim(text), 0, most_processors).value_or(0); }

void add_processors(OvfHardware &into, const OvfItem &item, const std::string &name) {
    auto &machine = into.machine;
    if (!item.quantity.empty() && count(item.quantity) == 0)
        warn_of_setting(into.notices, name, "VirtualQuantity", item.quantity);
    machine.vcpus = count(item.quantity);
    machine.cores = count(item.cores_per_socket);
    if (const auto sockets = count(item.sockets), cores = count(item.cores_of_socket); sockets && cores) {
        const auto threads = std::max(count(item.threads), 1u);
        if (const auto all = std::uint64_t{sockets} * cores * threads; all <= most_processors) {
            machine.vcpus = static_cast<unsigned>(all);
            machine.cores = cores * threads;
        }
    }
    if (machine.cores && (machine.vcpus == 0 || machine.vcpus % machine.cores != 0))
        machine.cores = 0;
}

void add_memory(OvfHardware &into, const OvfItem &item, const std::string &name) {
    auto bytes = ovf_bytes(item.quantity, item.units);
    // Less than 1 MiB is no memory: some leave the unit out and mean that.
    if (bytes && item.units.empty() && *bytes < 1u << 20)
        *bytes <<= 20;
    if (bytes && *bytes > 0 && *bytes <= most_memory)
        into.machine.memory = *bytes;
    else
        into.notices.warn("source.invalid-setting",
                          sentence(_("“%s” says that the machine has “%s %s” of memory, which is invalid."),
                                   name.c_str(), printable(item.quantity).c_str(), printable(item.units).c_str()));
}

std::string nic_model(const OvfItem &item) {
    const auto types = words(lower(item.subtype)); // in the order of preference
    const auto type = types.empty() ? std::string{} : types.front();
    if (type == "0" || type == "1") // oVirt's numbers
        return "rtl8139";
    if (type == "2")
        return "e1000";
    if (type == "3" || type.contains("virtio"))
        return "virtio";
    if (type.contains("pcnet"))
        return "pcnet";
    return printable(type);
}

void add_nic(OvfHardware &into, const OvfItem &item, const std::string &name) {
    auto &machine = into.machine;
    if (item.address.contains(':') && mac_address(item.address).empty())
        into.notices.warn("source.invalid-mac",
                          sentence(_("“%s” gives a network card the address “%s”, which is not a valid MAC address."),
                                   name.c_str(), printable(item.address).c_str()));
    constexpr unsigned most_slot = 0xffff;
    machine.nics.push_back({.mac = mac_address(item.address),
                            .model = nic_model(item),
                            .network = printable(item.connection),
                            .slot = parse_number<unsigned>(item.pci_slot, 0, most_slot).value_or(0)});
}

/// Cards in the order of their addresses, where these say one: guests number them in it.
std::vector<OvfItem> with_cards_in_order(std::vector<OvfItem> items) {
    const auto is_card = [](const OvfItem &item) {
        return type_of(item) == OvfType::ethernet || type_of(item) == OvfType::other_network;
    };
    std::stable_partition(items.begin(), items.end(), [&](const OvfItem &item) { return !is_card(item); });
    const auto cards = std::ranges::find_if(items, is_card);
    std::set<std::uint64_t> addresses;
    for (auto card = cards; card != items.end(); ++card)
        if (const auto address = ovf_bytes(card->address_on_parent, "byte"))
            addresses.insert(*address);
    if (addresses.size() == static_cast<std::size_t>(items.end() - cards))
        std::ranges::stable_sort(cards, items.end(), {}, [](const OvfItem &item) {
            return ovf_bytes(item.address_on_parent, "byte").value_or(0);
        });
    return items;
}

/// VirtualBox gives addresses in its own settings alone.
void fill_macs(Machine &machine, const OvfSystem &system) {
    if (machine.nics.size() != system.vbox_macs.size())
        return; // which card each belongs to is unknown
    for (std::size_t i = 0; i < machine.nics.size(); ++i)
        if (machine.nics[i].mac.empty())
            machine.nics[i].mac = mac_address(system.vbox_macs[i]);
}

std::string setting(const OvfSystem &system, const char *key) {
    const auto found = system.settings.find(key);
    return found == system.settings.end() ? std::string{} : lower(found->second);
}

void add_firmware(Machine &machine, const OvfSystem &system) {
    const auto vmware = setting(system, "firmware");
    // oVirt's BiosType has the numbers of 4.3 in every version's envelopes, as its OvfReader says: 0 and 1 are SeaBIOS,
    // 2 is OVMF, 3 is OVMF with secure boot.
    const bool ovmf = system.bios_type == "2" || system.bios_type == "3";
    if (vmware == "efi" || lower(system.vbox_firmware).starts_with("efi") || ovmf)
        machine.firmware = Firmware::uefi;
    else if (system.bios_type == "0" || system.bios_type == "1")
        machine.firmware = Firmware::bios;
    else if (vmware == "bios" || !system.vbox_firmware.empty())
        machine.firmware = Firmware::bios;
    machine.secure_boot = machine.firmware == Firmware::uefi &&
                          (system.bios_type == "3" || setting(system, "bootoptions.efisecurebootenabled") == "true" ||
                           setting(system, "uefi.secureboot.enabled") == "true");
    const auto tpm = lower(system.vbox_tpm);
    machine.tpm = machine.tpm || (!tpm.empty() && tpm != "none");
}

void add_item(OvfHardware &into, const OvfItem &item, const std::string &name) {
    switch (type_of(item)) {
    case OvfType::processor: add_processors(into, item, name); break;
    case OvfType::memory: add_memory(into, item, name); break;
    case OvfType::ethernet:
    case OvfType::other_network: add_nic(into, item, name); break;
    default:
        if (lower(item.subtype).contains("vtpm") || lower(item.device) == "tpm")
            into.machine.tpm = true;
    }
}

Result<> add_cdroms(OvfHardware &into, const OvfEnvelope &envelope, const std::string &name) {
    const auto controllers = ovf_controllers(envelope.system.items);
    for (const auto &item : envelope.system.items) {
        if (!is_cdrom(item))
            continue;
        const auto on = controllers.find(item.parent);
        const auto file = ovf_medium(envelope, item);
        H2K_CHECK(add_cdrom(into.machine, into.media, on == controllers.end() ? Bus::ide : on->second.bus,
                            file ? envelope.files[*file].href : "", name));
    }
    return {};
}

} // namespace

Result<OvfHardware> ovf_hardware(const OvfEnvelope &envelope, const std::string &name) {
    const auto &system = envelope.system;
    OvfHardware found;
    found.notices = envelope.notices;
    auto &machine = found.machine;
    machine.name = system.name.empty() ? "" : machine_name(replace_all(system.name, "/", "-"));
    machine.title = printable(system.name);
    machine.uuid = system.uuid;
    if (system.uuid_is_vmwares)
        machine.serial = vmware_serial(system.uuid);
    machine.lists_devices = !system.items.empty();
    machine.not_carried = ovf_lost_devices(envelope);
    machine.description = free_text(system.description);
    machine.os_type = printable(system.os_type.empty() ? system.os_id : system.os_type);
    if (const auto type = lower(machine.os_type); type.starts_with("arm") || type.ends_with("_arm64"))
        machine.arch = "aarch64";
    for (const auto &item : with_cards_in_order(system.items))
        add_item(found, item, name);
    H2K_CHECK(add_cdroms(found, envelope, name));
    if (machine.nics.size() > most_nics)
        return fail(H2K_ERROR_SOURCE, _("“%s” has more than %zu network cards."), name.c_str(), most_nics);
    fill_macs(machine, system);
    add_firmware(machine, system);
    if (machine.tpm)
        warn_of_tpm(found.notices, name);
    found.drives = H2K_TRY(ovf_drives(envelope, name, found.notices));
    return found;
}

} // namespace h2k
