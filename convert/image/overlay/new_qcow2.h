// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/error.h"
#include "convert/model/machine.h"

namespace h2k {

/// Makes the empty file @image, which is held, a qcow2 of its size in whole sectors, without anything below it.
[[nodiscard]] Result<> create_empty_qcow2(const Image &image);

} // namespace h2k
