// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/error.h"
#include <string>

namespace h2k {

/// Sizes and CRC-64 (ECMA-182) of what QEMU reads of the recording in @folder, one file a line.  Against accidents: a
/// host that crashed, a disk that decays.  Whoever could change a file on purpose could change its sum too.
[[nodiscard]] Result<std::string> sums_of(const std::string &folder);

} // namespace h2k
