// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/error.h"
#include "domain/domain_spec.h"

namespace h2k {

/// For a machine whose source says neither.
inline constexpr std::uint64_t default_memory = 2ull << 30; ///< bytes
inline constexpr unsigned default_vcpus = 2;

/// libvirt domain XML, indented, ending in a newline.  Devices are the best that the system supports according to
/// libosinfo: without virtio, disks are SATA or IDE and cards e1000e or e1000, whatever Disk::bus and Nic::model say.
/// H2K_ERROR_USAGE: a name, path or format that cannot be used in a domain, or an unsupported architecture.  Our
/// metadata block is <import> in the namespace "urn:virt-hyper2kvm:domain:1.0".  Source:
/// https://libvirt.org/formatdomain.html
[[nodiscard]] Result<std::string> domain_xml(const DomainSpec &spec);

} // namespace h2k
