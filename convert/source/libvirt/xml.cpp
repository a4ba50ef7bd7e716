// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/source/libvirt/xml.h"
#include "convert/base/i18n.h"
#include "convert/base/mac.h"
#include "convert/base/text.h"
#include "convert/source/libvirt/disks.h"
#include "convert/source/machine_limits.h"
#include "convert/source/machine_name.h"
#include "convert/source/notices.h"
#include "convert/source/untrusted_text.h"
#include "convert/xml/xml_document.h"
#include <algorithm>
#include <array>

namespace h2k {

namespace {

struct Unit {
    std::string_view name;
    std::uint64_t bytes;
};

constexpr std::uint64_t kilo = 1000, kibi = 1024;
constexpr std::array units{
    Unit{"", kibi},
    Unit{"b", 1},
    Unit{"bytes", 1},
    Unit{"kb", kilo},
    Unit{"k", kibi},
    Unit{"kib", kibi},
    Unit{"mb", kilo *kilo},
    Unit{"m", kibi *kibi},
    Unit{"mib", kibi *kibi},
    Unit{"gb", kilo *kilo *kilo},
    Unit{"g", kibi *kibi *kibi},
    Unit{"gib", kibi *kibi *kibi},
    Unit{"tb", kilo *kilo *kilo *kilo},
    Unit{"t", kibi *kibi *kibi *kibi},
    Unit{"tib", kibi *kibi *kibi *kibi},
};

/// 0 where nothing is said; null where it is invalid.
std::optional<std::uint64_t> memory_of(const XmlElement &memory) {
    if (!memory)
        return 0;
    const auto count = parse_number(memory.text());
    const auto *unit = std::ranges::find(units, lower(memory.attribute("unit")), &Unit::name);
    if (!count || *count == 0 || unit == units.end() || *count > most_memory / unit->bytes)
        return std::nullopt;
    return *count * unit->bytes;
}

/// A number of CPUs, 1 where there is none.
std::optional<unsigned> vcpus_of(const XmlElement &vcpu, const std::string &text) {
    if (!vcpu)
        return 1;
    const auto count = parse_number(text);
    return count && *count > 0 && *count <= most_processors ? std::optional{static_cast<unsigned>(*count)}
                                                            : std::nullopt;
}

/// CPUs of one socket; 0 where the topology does not fit the number of CPUs.
unsigned cores_of(const XmlElement &topology, unsigned vcpus) {
    std::uint64_t all = topology ? 1 : 0;
    for (const auto *level : {"dies", "clusters", "cores", "threads"}) {
        const auto count = parse_number(topology.find(level).value_or("1")).value_or(0);
        if (count == 0 || count > vcpus)
            return 0;
        all = std::min<std::uint64_t>(all * count, vcpus + 1);
    }
    return all > 0 && vcpus % all == 0 ? static_cast<unsigned>(all) : 0;
}

/// A name that a domain can have here too.
std::string name_of_domain(const std::string &name) {
    constexpr std::size_t longest = 200;
    const bool good = name.size() <= longest && !name.starts_with('.') && !name.starts_with('-') &&
                      !name.contains('/') && printable(name) == name;
    return good ? name : machine_name(name);
}

Firmware firmware_of(const XmlElement &os, bool is_pc) {
    const auto wanted = os.attribute("firmware");
    if (wanted == "efi" || wanted == "bios")
        return wanted == "efi" ? Firmware::uefi : Firmware::bios;
    const auto loader = os.child("loader");
    if (!loader)
        return is_pc ? Firmware::bios : Firmware::unknown;
    const auto path = lower(loader.text());
    if (loader.attribute("type") == "pflash" || path.contains("ovmf") || path.contains("edk2"))
        return Firmware::uefi;
    return path.contains("bios") ? Firmware::bios : Firmware::unknown;
}

bool has_secure_boot(const XmlElement &os) {
    for (const auto &feature : os.child("firmware").children("feature"))
        if (feature.attribute("name") == "secure-boot")
            return feature.attribute("enabled") == "yes";
    return os.child("loader").attribute("secure") == "yes";
}

Nic nic_of(const XmlElement &interface) {
    const auto source = interface.child("source");
    Nic nic{.mac = parse_mac(interface.child("mac").attribute("address")),
            .model = printable(interface.child("model").attribute("type")),
            .network = {}};
    for (const auto *name : {"network", "bridge", "dev"})
        if (nic.network.empty())
            nic.network = printable(source.attribute(name));
    return nic;
}

Result<> read_processor(const XmlElement &root, const std::string &name, Machine &machine) {
    const auto memory = memory_of(root.child("memory"));
    if (!memory)
        return fail(H2K_ERROR_SOURCE, _("“%s” says that its memory is “%s %s”, which is invalid."), name.c_str(),
                    printable(root.child("memory").text()).c_str(),
                    printable(root.child("memory").attribute("unit")).c_str());
    const auto vcpu = root.child("vcpu");
    const auto all = vcpus_of(vcpu, vcpu.text()), vcpus = vcpus_of(vcpu, vcpu.find("current").value_or(vcpu.text()));
    if (!vcpus || !all || *vcpus > *all)
        return fail(H2K_ERROR_SOURCE, _("“%s” has an invalid number of processors."), name.c_str());
    machine.memory = *memory;
    machine.vcpus = *vcpus;
    machine.most_vcpus = *all > *vcpus ? *all : 0;
    machine.cores = cores_of(root.child("cpu").child("topology"), *all);
    return {};
}

Result<> read_system(const XmlElement &root, const std::string &name, Machine &machine) {
    const auto os = root.child("os");
    const auto type = os.child("type");
    if (type.text() != "hvm")
        return fail(H2K_ERROR_SOURCE,
                    _("“%s” is a domain of the type “%s”, but only fully virtualised machines (“hvm”) are supported."),
                    name.c_str(), printable(type.text()).c_str());
    machine.arch = printable(type.attribute("arch").empty() ? "x86_64" : type.attribute("arch"));
    machine.firmware = firmware_of(os, machine.arch == "x86_64" || machine.arch == "i686");
    machine.secure_boot = machine.firmware == Firmware::uefi && has_secure_boot(os);
    machine.os_type = printable(root.child("metadata").child("libosinfo").child("os").attribute("id"));
    return {};
}

/// One line that can be a title again.
std::string title_of(const XmlElement &root) { return printable(free_text(root.child("title").text())); }

/// The serial number that the machine shows to its guest.
std::string serial_of(const XmlElement &root) {
    for (const auto &info : root.children("sysinfo"))
        for (const auto &entry : info.child("system").children("entry"))
            if (info.attribute("type") == "smbios" && entry.attribute("name") == "serial")
                return printable(free_text(entry.text()));
    return {};
}

} // namespace

Result<DomainDescription> parse_domain_xml(std::string_view text, const std::string &name) {
    const auto document = H2K_TRY(parse_xml(text, name));
    const auto root = document.root();
    const auto shown = printable(name);
    if (root.name() != "domain")
        return fail(H2K_ERROR_SOURCE, _("“%s” does not describe a libvirt domain."), shown.c_str());
    const auto uuid = root.child("uuid");
    DomainDescription found;
    found.machine.name = name_of_domain(root.child("name").text());
    found.machine.title = title_of(root);
    found.machine.serial = serial_of(root);
    found.machine.lists_devices = true;
    found.machine.uuid = uuid_of(uuid.text());
    if (uuid && found.machine.uuid.empty())
        return fail(H2K_ERROR_SOURCE, _("“%s” has the UUID “%s”, which is not valid."), shown.c_str(),
                    printable(uuid.text()).c_str());
    H2K_CHECK(read_processor(root, shown, found.machine));
    H2K_CHECK(read_system(root, shown, found.machine));
    const auto devices = root.child("devices");
    found.machine.description = free_text(root.child("description").text());
    found.machine.tpm = static_cast<bool>(devices.child("tpm"));
    for (const auto &interface : devices.children("interface"))
        found.machine.nics.push_back(nic_of(interface));
    read_lost_devices(devices, found.machine);
    if (auto disks = read_domain_disks(devices, shown, found); !disks)
        return with_lost_devices(std::move(disks).error(), found.machine);
    if (found.machine.tpm)
        warn_of_tpm(found.notices, shown);
    return found;
}

} // namespace h2k
