// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/error.h"
#include "convert/model/machine.h"
#include <span>

namespace h2k {

/// Writes what each image above the lowest of a chain holds itself, the lower first, into the top of @overlay, below
/// which the lowest is.  @chain: those above, the top one first.
[[nodiscard]] Result<> write_links(const Disk &overlay, std::span<const Image> chain, GCancellable *cancel);

} // namespace h2k
