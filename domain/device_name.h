// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include <cstddef>
#include <string>

namespace h2k {

/// Name of the disk with number @index as Linux counts: "vda" … "vdz", "vdaa" … for "vd".
[[nodiscard]] std::string device_name(const char *prefix, std::size_t index);

} // namespace h2k
