// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/error.h"
#include "convert/source/libvirt/description.h"
#include "convert/xml/xml_document.h"

namespace h2k {

/// Reads the drives among @devices into @found: disks in the order of their targets, and CD-ROM drives.
/// https://libvirt.org/formatdomain.html#hard-drives-floppy-disks-cdroms
[[nodiscard]] Result<> read_domain_disks(const XmlElement &devices, const std::string &name, DomainDescription &found);

} // namespace h2k
