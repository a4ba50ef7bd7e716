// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/error.h"
#include "convert/model/plans.h"
#include "convert/source/libvirt/description.h"
#include "convert/source/package_kind.h"

namespace h2k {

/// Parses a domain: https://libvirt.org/formatdomain.html.  @name: what the text is called in messages.  A disk
/// that is neither a file nor a volume is refused with a sentence that says what to do.
[[nodiscard]] Result<DomainDescription> parse_domain_xml(std::string_view text, const std::string &name);

/// The disk whose image is @file, with the bus and, where there is one, the format that the XML says.
[[nodiscard]] Result<DescribedDisk> describe_domain_disk(const DomainDisk &disk, const HostFile &file,
                                                         const std::string &name, const Fence &fence);

/// A file with the XML of a domain.
[[nodiscard]] const PackageKind &domain_kind();

/// The domain that @request names, by name or UUID, in the libvirt of its source_connect.  It has to be shut off.  Its
/// disks may lie anywhere, as libvirt itself would use them; what their images refer to lies in the same folder, or
/// where the request allows it.  Nothing is changed there.
[[nodiscard]] Result<CarryPlan> describe_domain(const Request &request, Allowance &allowance);

} // namespace h2k
