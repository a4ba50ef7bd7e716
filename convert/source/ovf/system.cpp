// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/source/ovf/system.h"
#include "convert/base/text.h"
#include "convert/source/ovf/items.h"
#include "convert/source/untrusted_text.h"
#include <algorithm>
#include <set>

namespace h2k {

namespace {

constexpr std::size_t most_items = 4096;

OvfItem item_of(const XmlElement &element) {
    const auto text = [&](const char *name) { return element.child(name).text(); };
    OvfItem item{.instance = text("InstanceID"),
                 .type = text("ResourceType"),
                 .subtype = text("ResourceSubType"),
                 .parent = text("Parent"),
                 .address_on_parent = text("AddressOnParent"),
                 .address = text("Address"),
                 .host_resource = text("HostResource"),
                 .connection = text("Connection"),
                 .quantity = text("VirtualQuantity"),
                 .units = text("AllocationUnits"),
                 .cores_per_socket = text("CoresPerSocket"),
                 .sockets = text("num_of_sockets"),
                 .cores_of_socket = text("cpu_per_socket"),
                 .threads = text("threads_per_cpu"),
                 .device = text("Device"),
                 .element_name = text("ElementName")};
    if (item.instance.empty())
        item.instance = text("InstanceId");          // OVF 0.9
    if (auto mac = text("MACAddress"); !mac.empty()) // oVirt, whose Address is a slot
        item.address = std::move(mac);
    if (item.connection.empty())
        item.connection = text("Network"); // oVirt
    for (const auto &setting : element.children("Config"))
        if (setting.attribute("key") == "slotInfo.pciSlotNumber")
            item.pci_slot = setting.attribute("value");
    return item;
}

/// Does the machine have this device?  "bound" marks the ends of a range in which the device may be configured.
bool is_selected(const XmlElement &element, const std::string &option) {
    const auto bound = element.attribute("bound");
    if (bound == "min" || bound == "max")
        return false;
    const auto options = words(element.attribute("configuration"));
    return options.empty() || std::ranges::find(options, option) != options.end();
}

void add_items(OvfSystem &into, const XmlElement &hardware, const std::string &option) {
    std::vector<bool> special;
    std::set<std::string> replaced;
    for (const auto &element : hardware.children()) {
        const auto name = element.name();
        if ((name != "Item" && name != "StorageItem" && name != "EthernetPortItem") || !is_selected(element, option) ||
            into.items.size() >= most_items)
            continue;
        into.items.push_back(item_of(element));
        if (name == "EthernetPortItem") // whatever number it has
            into.items.back().type = std::to_string(static_cast<unsigned>(OvfType::ethernet));
        special.push_back(element.find("configuration").has_value());
        if (special.back())
            replaced.insert(into.items.back().instance);
    }
    // An item for the option replaces the general one.
    std::size_t at = 0;
    std::erase_if(into.items, [&](const OvfItem &item) { return !special[at++] && replaced.contains(item.instance); });
}

void add_settings(OvfSystem &into, const XmlElement &hardware, const std::string &option) {
    for (const char *kind : {"Config", "ExtraConfig"})
        for (const auto &setting : hardware.children(kind))
            if (is_selected(setting, option))
                into.settings.emplace(lower(setting.attribute("key")), setting.attribute("value"));
}

/// VirtualBox keeps its own settings in the envelope; they say what its items do not.
void add_vbox(OvfSystem &into, const XmlElement &machine) {
    const auto hardware = machine.child("Hardware");
    into.vbox_firmware = hardware.child("Firmware").attribute("type");
    if (hardware && into.vbox_firmware.empty())
        into.vbox_firmware = "BIOS"; // VirtualBox writes only what differs
    into.vbox_tpm = hardware.child("TrustedPlatformModule").attribute("type");
    std::vector<std::pair<std::size_t, std::string>> macs;
    for (const auto &adapter : hardware.child("Network").children("Adapter")) {
        const auto slot = parse_number(adapter.attribute("slot"), 0, 63);
        if (slot && adapter.attribute("enabled") == "true")
            macs.emplace_back(*slot, adapter.attribute("MACAddress"));
    }
    std::ranges::stable_sort(macs, {}, &std::pair<std::size_t, std::string>::first);
    for (auto &[slot, mac] : macs)
        into.vbox_macs.push_back(std::move(mac));
}

void add_operating_system(OvfSystem &into, const XmlElement &system) {
    for (const auto &section : ovf_sections(system, "OperatingSystemSection")) {
        into.os_id = section.attribute("id");
        into.os_type = section.attribute("osType"); // VMware
        if (into.os_type.empty())
            into.os_type = section.child("OSType").text(); // VirtualBox
        if (into.os_type.empty())
            into.os_type = section.child("Description").text();
        return;
    }
}

/// The BIOS has it: vCenter writes "uuid", other programs of VMware keep the key of their own settings.
std::string vmware_uuid(const OvfSystem &system) {
    for (const auto *key : {"uuid", "uuid.bios", "bios.uuid"})
        if (const auto found = system.settings.find(key); found != system.settings.end())
            if (auto uuid = uuid_of(found->second); !uuid.empty())
                return uuid;
    return {};
}

/// Microsoft has it in the settings of the hardware, VirtualBox in its own, others as an id: Citrix of the machine,
/// oVirt of its operating system.
std::string uuid_in(const XmlElement &system) {
    std::vector<std::string> ids;
    for (const auto &hardware : ovf_sections(system, "VirtualHardwareSection"))
        for (const auto *name : {"BIOSGUID", "VirtualSystemUUID"})
            ids.push_back(hardware.child("System").child(name).text());
    const auto machine = system.child("Machine");
    ids.insert(ids.end(),
               {machine.child("Hardware").attribute("uuid"), machine.attribute("uuid"), system.attribute("id")});
    for (const auto &section : ovf_sections(system, "OperatingSystemSection"))
        ids.push_back(section.attribute("id"));
    for (const auto &id : ids)
        if (auto uuid = uuid_of(id); !uuid.empty())
            return uuid;
    return {};
}

std::string description_of(const XmlElement &system) {
    for (const auto &section : ovf_sections(system, "AnnotationSection"))
        if (auto text = section.child("Annotation").text(); !text.empty())
            return text;
    for (const auto &section : ovf_sections(system, "ProductSection"))
        if (auto text = section.child("Product").text(); !text.empty())
            return text;
    return system.child("Description").text();
}

} // namespace

std::string ovf_system_name(const XmlElement &system) {
    if (auto name = system.child("Name").text(); !name.empty())
        return name;
    for (const auto &hardware : ovf_sections(system, "VirtualHardwareSection"))
        if (auto name = hardware.child("System").child("VirtualSystemIdentifier").text(); !name.empty())
            return name;
    return system.attribute("id");
}

OvfSystem read_ovf_system(const XmlElement &system, const std::string &option) {
    OvfSystem found;
    found.id = system.attribute("id");
    found.name = ovf_system_name(system);
    found.uuid = uuid_in(system);
    found.description = description_of(system);
    found.bios_type = system.child("BiosType").text();
    add_operating_system(found, system);
    // A second section describes the same hardware for another hypervisor.
    if (const auto hardware = ovf_sections(system, "VirtualHardwareSection"); !hardware.empty()) {
        add_items(found, hardware.front(), option);
        add_settings(found, hardware.front(), option);
    }
    if (auto uuid = vmware_uuid(found); !uuid.empty()) {
        found.uuid = std::move(uuid);
        found.uuid_is_vmwares = true;
    }
    for (const auto &section : ovf_sections(system, "BootOrderSection"))
        found.boot_order = words(section.attribute("instanceId"));
    add_vbox(found, system.child("Machine"));
    return found;
}

} // namespace h2k
