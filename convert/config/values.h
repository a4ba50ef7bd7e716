// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/config/option.h"

namespace h2k {

constexpr std::size_t max_disks = 24; ///< vda … vdx

// Values with rules of their own.
extern const OptionValue domain_name, result_format, compression, disk_growth;
extern const OptionValue source_format, allowed_folder, mac_address, disk_key;

} // namespace h2k
