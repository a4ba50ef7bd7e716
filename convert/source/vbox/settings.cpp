// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/source/vbox/settings.h"
#include "convert/base/i18n.h"
#include "convert/base/messages.h"
#include "convert/base/text.h"
#include "convert/source/machine_limits.h"
#include "convert/source/notices.h"
#include "convert/source/untrusted_text.h"
#include <algorithm>
#include <array>
#include <tuple>

namespace h2k {

namespace {

constexpr std::size_t most_nics = 64;

/// The number in the attribute of @element, 1…@most; @missing where it is not there, and a warning where it is invalid.
std::uint64_t number(const XmlElement &element, const char *attribute, std::uint64_t most, std::uint64_t missing,
                     const std::string &name, Notices &notices) {
    const auto text = element.find(attribute);
    if (!text)
        return missing;
    if (const auto value = parse_number(*text, 1, most))
        return *value;
    warn_of_setting(notices, name, attribute, *text);
    return missing;
}

/// libvirt's name of what VirtualBox calls a card.
std::string nic_model(const std::string &type) {
    if (type.starts_with("Am79"))
        return "pcnet";
    if (type.starts_with("825"))
        return "e1000";
    return printable(lower(type));
}

/// The network that an adapter is on: the name where it has one, else its kind ("NAT").
std::string network_of(const XmlElement &adapter) {
    for (const auto *kind : {"BridgedInterface", "InternalNetwork", "HostOnlyInterface", "HostOnlyNetwork",
                             "NATNetwork", "GenericInterface", "NAT"})
        if (const auto found = adapter.child(kind)) {
            const auto name = found.attribute("name");
            return printable(name.empty() ? kind : name);
        }
    return {};
}

Result<> add_nics(VboxSettings &into, const XmlElement &hardware, const std::string &name) {
    std::vector<std::pair<unsigned, Nic>> cards;
    for (const auto &adapter : hardware.child("Network").children("Adapter")) {
        if (adapter.attribute("enabled") != "true")
            continue;
        if (cards.size() == most_nics)
            return fail(H2K_ERROR_SOURCE, _("“%s” has more than %zu network cards."), name.c_str(), most_nics);
        const auto address = adapter.attribute("MACAddress");
        const auto type = adapter.attribute("type");
        Nic nic{.mac = mac_address(address), .model = nic_model(type), .network = network_of(adapter)};
        if (nic.mac.empty() && !address.empty())
            into.notices.warn(
                "source.invalid-mac",
                sentence(_("“%s” gives a network card the address “%s”, which is not a valid MAC address."),
                         name.c_str(), printable(address).c_str()));
        cards.emplace_back(parse_number<unsigned>(adapter.attribute("slot"), 0, most_nics).value_or(0), std::move(nic));
    }
    std::ranges::stable_sort(cards, {}, &std::pair<unsigned, Nic>::first);
    for (auto &[slot, nic] : cards)
        into.machine.nics.push_back(std::move(nic));
    return {};
}

void add_lost_devices(Machine &machine, const XmlElement &hardware) {
    constexpr std::array ports{std::tuple{"UART", "Port", LostDevice::serial},
                               std::tuple{"LPT", "Port", LostDevice::parallel}};
    for (const auto &[list, element, kind] : ports)
        for (const auto &port : hardware.child(list).children(element))
            if (port.attribute("enabled") == "true")
                machine.not_carried.push_back({kind, printable(port.attribute("slot") + " " + port.attribute("path"))});
    if (const auto sound = hardware.child("AudioAdapter"); sound.attribute("enabled") == "true")
        machine.not_carried.push_back({LostDevice::sound, printable(sound.attribute("controller"))});
    for (const auto &folder : hardware.child("SharedFolders").children("SharedFolder"))
        machine.not_carried.push_back({LostDevice::folder, printable(folder.attribute("hostPath"))});
    for (const auto &filter : hardware.child("USB").child("DeviceFilters").children("DeviceFilter"))
        if (filter.attribute("active") == "true")
            machine.not_carried.push_back({LostDevice::usb, printable(filter.attribute("name"))});
    constexpr std::size_t most_lost = 256;
    machine.not_carried.resize(std::min(machine.not_carried.size(), most_lost));
}

void add_hardware(VboxSettings &into, const XmlElement &hardware, const std::string &name) {
    auto &machine = into.machine;
    machine.vcpus =
        static_cast<unsigned>(number(hardware.child("CPU"), "count", most_processors, 1, name, into.notices));
    machine.memory = number(hardware.child("Memory"), "RAMSize", most_memory >> 20, 0, name, into.notices) << 20;
    machine.firmware =
        lower(hardware.child("Firmware").attribute("type")).starts_with("efi") ? Firmware::uefi : Firmware::bios;
    const auto tpm = hardware.child("TrustedPlatformModule").attribute("type");
    machine.tpm = !tpm.empty() && lower(tpm) != "none";
    if (machine.tpm)
        warn_of_tpm(into.notices, name);
    add_lost_devices(machine, hardware);
}

Result<XmlElement> machine_in(const XmlElement &root, const std::string &name) {
    if (root.child("MachineEncrypted"))
        return fail(H2K_ERROR_SOURCE,
                    _("“%s” is the settings file of an encrypted machine; decrypt it first, with “VBoxManage encryptvm "
                      "NAME setencryption --old-password FILE”."),
                    name.c_str());
    const auto machine = root.child("Machine");
    if (root.name() != "VirtualBox" || !machine)
        return fail(H2K_ERROR_SOURCE, _("“%s” is not the settings file of a VirtualBox machine."), name.c_str());
    return machine;
}

} // namespace

bool is_vbox(std::string_view head) {
    if (head.starts_with("\xef\xbb\xbf"))
        head.remove_prefix(3);
    for (head = trim(head); head.starts_with("<?") || head.starts_with("<!--"); head = trim(head)) {
        const std::string_view end = head.starts_with("<?") ? "?>" : "-->";
        const auto at = head.find(end);
        if (at == std::string_view::npos)
            return false;
        head.remove_prefix(at + end.size());
    }
    constexpr std::string_view root = "<VirtualBox";
    return head.size() > root.size() && head.starts_with(root) &&
           std::string_view{" \t\r\n>"}.contains(head[root.size()]);
}

Result<VboxSettings> parse_vbox(std::string_view text, const std::string &name) {
    const auto document = H2K_TRY(parse_xml(text, name));
    const auto element = H2K_TRY(machine_in(document.root(), name));
    const auto hardware = element.child("Hardware");
    VboxSettings found;
    auto &machine = found.machine;
    machine.name = element.attribute("name");
    machine.title = printable(machine.name);
    machine.description = free_text(element.child("Description").text());
    machine.os_type = printable(element.attribute("OSType"));
    if (lower(machine.os_type).ends_with("_arm64"))
        machine.arch = "aarch64";
    // The hardware has one of its own where the machine was imported.
    machine.uuid = uuid_of(hardware.attribute("uuid"));
    if (machine.uuid.empty())
        machine.uuid = uuid_of(element.attribute("uuid"));
    machine.lists_devices = true;
    add_hardware(found, hardware, name);
    H2K_CHECK(add_nics(found, hardware, name));
    if (auto drives = add_vbox_drives(found, element, name); !drives)
        return with_lost_devices(std::move(drives).error(), machine);
    if (!element.attribute("stateFile").empty())
        warn_of_suspension(found.notices, name);
    return found;
}

} // namespace h2k
