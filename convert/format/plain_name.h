// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/error.h"
#include <string>
#include <string_view>

namespace h2k {

/// Refuses the @name of another file that @by, which a stranger wrote, has for it, if it holds a control character:
/// programs disagree about where such a name ends, so that one would check another file than the next one reads.  @by:
/// safe to print.  H2K_ERROR_SOURCE.
[[nodiscard]] Result<> require_plain_name(const std::string &by, std::string_view name);

} // namespace h2k
