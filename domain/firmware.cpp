// SPDX-License-Identifier: LGPL-2.1-or-later
#include "domain/devices.h"

namespace h2k {

void add_sysinfo(const Element &parent, const DomainPlan &plan) {
    if (plan.spec.machine.serial.empty())
        return;
    const auto system = parent.add("sysinfo").set("type", "smbios").add("system");
    system.add("entry", plan.spec.machine.serial).set("name", "serial");
}

bool has_pcie(const DomainPlan &plan) {
    const Machine &machine = plan.spec.machine;
    const bool q35 = machine.chipset == Chipset::unknown ? plan.support.q35 : machine.chipset == Chipset::q35;
    return q35 || machine.firmware == Firmware::uefi;
}

const std::optional<MachineOffer> &offer_for(const DomainPlan &plan) { return plan.spec.host.offer(has_pcie(plan)); }

namespace {

void add_kernel(const Element &os, const DomainSpec &spec) {
    if (spec.kernel.empty())
        return;
    os.add("kernel", spec.kernel);
    if (!spec.initramfs.empty())
        os.add("initrd", spec.initramfs);
    os.add("cmdline", spec.kernel_arguments);
}

} // namespace

void add_firmware(const Element &parent, const DomainPlan &plan) {
    const Machine &machine = plan.spec.machine;
    const bool uefi = machine.firmware == Firmware::uefi;
    const Element os = parent.add("os");
    if (uefi)
        os.set("firmware", "efi");
    os.add("type", "hvm").set("arch", "x86_64").set("machine", has_pcie(plan) ? "q35" : "pc");
    add_kernel(os, plan.spec);
    if (!machine.serial.empty())
        os.add("smbios").set("mode", "sysinfo");
    if (!uefi)
        return;
    // By default libvirt selects the first firmware that fits: on Debian one with secure boot and enrolled keys, which
    // boots no unsigned guest.
    const std::string wanted = machine.secure_boot ? "yes" : "no";
    const Element firmware = os.add("firmware");
    firmware.add("feature").set("enabled", wanted).set("name", "enrolled-keys");
    firmware.add("feature").set("enabled", wanted).set("name", "secure-boot");
    if (!plan.spec.nvram.empty())
        os.add("nvram", plan.spec.nvram);
}

} // namespace h2k
