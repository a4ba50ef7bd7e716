// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/error.h"
#include "convert/source/libvirt/description.h"
#include "convert/xml/xml_document.h"

namespace h2k {

/// Reads the drives among @devices into @found: disks in the order of their targets, and CD-ROM drives.
/// https://libvirt.org/formatdomain.html#hard-drives-floppy-disks-cdroms
[[nodiscard]] Result<> read_domain_disks(const XmlElement &devices, const std::string &name, DomainDescription &found);

/// Adds the other devices of @devices that no domain gets here, to Machine::not_carried.
void read_lost_devices(const XmlElement &devices, Machine &machine);

} // namespace h2k
