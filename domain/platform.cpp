// SPDX-License-Identifier: LGPL-2.1-or-later
#include "domain/devices.h"
#include <algorithm>

namespace h2k {

namespace {

void add_features(const Element &parent, const DomainPlan &plan) {
    const Machine &machine = plan.spec.machine;
    const Element features = parent.add("features");
    features.add("acpi");
    features.add("apic");
    add_hyperv(features, plan);
    if (machine.firmware == Firmware::uefi && machine.secure_boot)
        features.add("smm").set("state", "on");
    features.add("vmport").set("state", "off");
}

void add_topology(const Element &cpu, const Machine &machine) {
    // Some systems are licensed by the socket or support only two sockets.
    const auto most = std::max(machine.vcpus, machine.most_vcpus);
    if (machine.cores == 0 || most == 0 || most % machine.cores != 0)
        return;
    cpu.add("topology")
        .set("sockets", std::to_string(most / machine.cores))
        .set("cores", std::to_string(machine.cores))
        .set("threads", "1");
}

void add_cpu(const Element &parent, const DomainPlan &plan) {
    const DomainSpec &spec = plan.spec;
    // With KVM the host's model by name: nearly all its features, and the guest can still migrate.  Without KVM, QEMU's
    // default lacks x86-64-v2, which current systems require; five-level page tables are disabled, as libguestfs does
    // for its appliance.
    const bool kvm = spec.host.kvm;
    const char *mode = kvm ? "host-model" : "maximum";
    if (!has(offer_for(plan), &MachineOffer::cpu_modes, mode))
        return; // QEMU's own
    const Element cpu = parent.add("cpu").set("mode", mode);
    add_topology(cpu, spec.machine);
    if (!kvm)
        cpu.add("feature").set("policy", "disable").set("name", "la57");
}

void add_clock(const Element &parent, const DomainPlan &plan) {
    const Machine &machine = plan.spec.machine;
    const Element clock = parent.add("clock").set("offset", machine.local_clock ? "localtime" : "utc");
    clock.add("timer").set("name", "rtc").set("tickpolicy", "catchup");
    clock.add("timer").set("name", "pit").set("tickpolicy", "delay");
    clock.add("timer").set("name", "hpet").set("present", "no");
    if (is_windows(plan))
        clock.add("timer").set("name", "hypervclock").set("present", "yes");
}

} // namespace

void add_platform(const Element &parent, const DomainPlan &plan) {
    add_features(parent, plan);
    add_cpu(parent, plan);
    add_clock(parent, plan);
    parent.add("on_poweroff", "destroy");
    parent.add("on_reboot", plan.spec.on_reboot_destroy ? "destroy" : "restart");
    parent.add("on_crash", "destroy");
    const Element pm = parent.add("pm");
    pm.add("suspend-to-mem").set("enabled", "no");
    pm.add("suspend-to-disk").set("enabled", "no");
}

} // namespace h2k
