// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/xml/xml_document.h"
#include <string>

namespace h2k {

/// The document with the properties of @system for its guest, with the values of the deployment option @option; empty
/// if they are not to come on an ISO image, or there are none, or they exceed 1 MiB.  It may hold passwords.
/// Source: DSP0243 1.1, section 11 ("OVF environment file") and 8.1 (attribute "transport").
[[nodiscard]] std::string ovf_environment(const XmlElement &system, const std::string &option);

} // namespace h2k
