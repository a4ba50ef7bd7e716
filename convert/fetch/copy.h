// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/error.h"
#include "convert/model/machine.h"

namespace h2k {

/// Copies the bytes of @from to the new file @to, blocks of zeros as holes.  H2K_ERROR_TARGET where that exists or the
/// file system is full; after a failure nothing is left.  @cancel may be null.
[[nodiscard]] Result<> copy_bytes(const Piece &from, const std::string &to, GCancellable *cancel);

} // namespace h2k
