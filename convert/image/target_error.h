// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/error.h"
#include <string>

namespace h2k {

/// The error of a write to @target that failed with the errno @why: H2K_ERROR_TARGET.
[[nodiscard]] std::unexpected<Error> cannot_write(const std::string &target, int why);

} // namespace h2k
