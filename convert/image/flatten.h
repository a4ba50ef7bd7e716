// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/error.h"
#include "convert/model/machine.h"
#include <span>

namespace h2k {

/// Copies the content of one standalone image into the new qcow2 @overlay, which has no backing file then.
[[nodiscard]] Result<> copy_lowest(const std::string &overlay, const Image &image, GCancellable *cancel);

/// Writes what each image above the lowest of a chain holds itself, the lower first, into @overlay, a qcow2 whose
/// backing file is the lowest.  @chain: those above, the top one first.
[[nodiscard]] Result<> write_links(const std::string &overlay, std::span<const Image> chain, GCancellable *cancel);

} // namespace h2k
