// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/error.h"
#include <string>
#include <string_view>

namespace h2k {

/// Writes a screenshot as PNG: @picture is a PNG, or a binary PPM of at most 8192 × 8192.
/// Source: ppm(5) of netpbm.
[[nodiscard]] Result<> write_png(std::string_view picture, const std::string &path);

} // namespace h2k
