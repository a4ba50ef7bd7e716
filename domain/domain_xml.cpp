// SPDX-License-Identifier: LGPL-2.1-or-later
#include "domain/domain_xml.h"
#include "convert/base/i18n.h"
#include "convert/base/messages.h"
#include "domain/devices.h"
#include <algorithm>
#include <array>

namespace h2k {

namespace {

Result<> check_path(const std::string &path) {
    if (!g_path_is_absolute(path.c_str()) || !is_xml_line(path))
        return fail(H2K_ERROR_USAGE,
                    _("The path “%s” cannot be used in a domain: it must be absolute and consist of printable "
                      "characters."),
                    path.c_str());
    return {};
}

Result<> check_disks(const Machine &machine) {
    for (const Disk &disk : machine.disks) {
        if (!facts_of(disk.top.format).is_result)
            return fail(H2K_ERROR_USAGE, _("A domain cannot use a disk in the format “%s”."), name_of(disk.top.format));
        H2K_CHECK(check_path(disk.top.path));
    }
    for (const IsoImage &iso : machine.isos)
        H2K_CHECK(check_path(iso.file.path));
    return {};
}

Result<> check_spec(const DomainSpec &spec) {
    const Machine &machine = spec.machine;
    if (machine.name.empty() || machine.name.contains('/') || !is_xml_line(machine.name))
        return fail(H2K_ERROR_USAGE, _("“%s” cannot be a domain's name."), machine.name.c_str());
    constexpr std::array arches{"x86_64", "i386", "i486", "i586", "i686"};
    if (std::ranges::find(arches, machine.arch) == arches.end())
        return fail(H2K_ERROR_USAGE, _("The architecture “%s” is not supported; only x86 guests are."),
                    machine.arch.c_str());
    std::vector<std::string> texts{machine.uuid, machine.serial,  spec.osinfo.id,     spec.job,
                                   spec.source,  spec.serial_log, spec.serial_socket, spec.second_serial,
                                   spec.nvram,   spec.kernel,     spec.initramfs,     spec.kernel_arguments};
    for (const Nic &nic : machine.nics)
        texts.insert(texts.end(), {nic.mac, nic.network, nic.model});
    for (const Disk &disk : machine.disks)
        texts.insert(texts.end(), {disk.serial, disk.wwn});
    for (const std::string &text : texts)
        if (!is_xml_line(text))
            return fail(H2K_ERROR_USAGE,
                        _("“%s” cannot be used in a domain: it has characters that are not printable."), text.c_str());
    return check_disks(machine);
}

void add_identity(const Element &domain, const DomainPlan &plan) {
    const Machine &machine = plan.spec.machine;
    domain.set("type", plan.spec.host.virt_type());
    domain.add("name", machine.name);
    if (!machine.uuid.empty())
        domain.add("uuid", machine.uuid);
    if (const auto title = one_line(xml_text(machine.title)); !title.empty() && title != machine.name)
        domain.add("title", title);
    if (!machine.description.empty())
        domain.add("description", xml_text(machine.description));
    add_metadata(domain, plan);
    std::uint64_t memory = machine.memory ? machine.memory : plan.support.recommended_memory;
    memory = (memory ? memory : default_memory) / 1024;
    domain.add("memory", std::to_string(memory)).set("unit", "KiB");
    const auto vcpus = machine.vcpus ? machine.vcpus : default_vcpus;
    const auto most = std::max(machine.most_vcpus, vcpus);
    const auto vcpu = domain.add("vcpu", std::to_string(most));
    if (most > vcpus)
        vcpu.set("current", std::to_string(vcpus));
}

} // namespace

Result<std::string> domain_xml(const DomainSpec &spec) {
    H2K_CHECK(check_spec(spec));
    const DomainPlan plan{spec, device_support(spec.osinfo)};
    const ElementTree tree = new_tree("domain");
    add_identity(tree.root, plan);
    add_sysinfo(tree.root, plan);
    add_firmware(tree.root, plan);
    add_platform(tree.root, plan);
    const Element devices = tree.root.add("devices");
    add_disks(devices, plan);
    add_cdroms(devices, plan);
    add_controllers(devices, plan);
    add_interfaces(devices, plan);
    add_consoles(devices, plan);
    add_display(devices, plan);
    add_tpm(devices, plan);
    add_virtio_services(devices, plan);
    return to_text(tree);
}

} // namespace h2k
