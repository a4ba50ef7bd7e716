// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/error.h"
#include "convert/source/ovf/description.h"
#include "convert/xml/xml_document.h"

namespace h2k {

/// The sections of that name, in either way to write one.
[[nodiscard]] std::vector<XmlElement> ovf_sections(const XmlElement &parent, const std::string &name);

[[nodiscard]] std::string ovf_system_name(const XmlElement &system);

/// What <VirtualSystem> says; of its devices those that the deployment option @option has.
[[nodiscard]] OvfSystem read_ovf_system(const XmlElement &system, const std::string &option);

} // namespace h2k
