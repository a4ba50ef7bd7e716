// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "domain/domain_xml.h"

namespace h2k {

struct Run;

/// The domain that the plan is for.
[[nodiscard]] DomainSpec domain_spec(const Run &run);
/// Where its XML is published beside the disks; empty where they go to a pool.
[[nodiscard]] std::string domain_xml_path(const Run &run);
/// Is the domain to be defined?  The embedded driver of a private root keeps no domains beyond its process.
[[nodiscard]] bool defines_domain(const Request &request);

} // namespace h2k
