// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/error.h"
#include "convert/source/ovf/description.h"
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace h2k {

/// Reads an OVF descriptor: DSP0243, versions 0.9 to 2.1, and what VMware, VirtualBox, oVirt, Citrix and Oracle make of
/// it.  Namespaces do not count.  Only texts are taken; what they mean is for the callers.  @name: as in parse_xml().
/// Damage, several machines of which none is @wanted, and what is not supported are H2K_ERROR_SOURCE.
[[nodiscard]] Result<OvfEnvelope> parse_ovf(std::string_view text, const std::string &name,
                                            const OvfWanted &wanted = {});

} // namespace h2k
