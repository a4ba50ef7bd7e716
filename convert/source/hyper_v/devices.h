// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/error.h"
#include "convert/source/hyper_v/description.h"
#include "convert/xml/xml_document.h"

namespace h2k {

/// Adds the disks, CD-ROM drives, network cards and the TPM of the settings whose root is @root.  Errors as of
/// parse_hyper_v.
[[nodiscard]] Result<> add_hyper_v_devices(HyperVSettings &into, const XmlElement &root, const std::string &name);

} // namespace h2k
