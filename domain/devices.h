// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "domain/domain_spec.h"
#include "domain/osinfo/osinfo.h"
#include "domain/xml_element.h"

namespace h2k {

/// A spec with what decides about all devices.
struct DomainPlan {
    const DomainSpec &spec;
    DeviceSupport support;
};

/// Has the machine PCI Express?  UEFI starts only such a one.
[[nodiscard]] bool has_pcie(const DomainPlan &plan);

/// What the host offers for the machine.
[[nodiscard]] const std::optional<MachineOffer> &offer_for(const DomainPlan &plan);

/// @parent: <domain>
void add_metadata(const Element &parent, const DomainPlan &plan);
/// <os>: machine type and firmware.
void add_firmware(const Element &parent, const DomainPlan &plan);
/// <sysinfo>, where the machine has something of its own in SMBIOS.
void add_sysinfo(const Element &parent, const DomainPlan &plan);
/// <features>, <cpu>, <clock> and <pm>.
void add_platform(const Element &parent, const DomainPlan &plan);

/// By what libosinfo calls it.
[[nodiscard]] bool is_windows(const DomainPlan &plan);
/// The enlightenments of Windows that the host has.  @features: <features>
void add_hyperv(const Element &features, const DomainPlan &plan);

/// What the names of @disk's bus begin with in a domain: "vd", "sd", "hd".
[[nodiscard]] const char *disk_prefix(const DomainPlan &plan, const Disk &disk);

/// @devices: <devices>
void add_disks(const Element &devices, const DomainPlan &plan);
/// The drives that have an ISO image, and those without a medium, as many as the source had and as fit.
void add_cdroms(const Element &devices, const DomainPlan &plan);
/// A TPM with an empty state.
void add_tpm(const Element &devices, const DomainPlan &plan);
/// Ports of PCI Express for devices that come later, and USB.
void add_controllers(const Element &devices, const DomainPlan &plan);
void add_interfaces(const Element &devices, const DomainPlan &plan);
/// Serial console and guest agent.
void add_consoles(const Element &devices, const DomainPlan &plan);
/// Screen, its transport, keyboard and pointer.
void add_display(const Element &devices, const DomainPlan &plan);
/// Entropy and balloon.
void add_virtio_services(const Element &devices, const DomainPlan &plan);

} // namespace h2k
