// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/error.h"
#include "convert/model/machine.h"
#include <span>

namespace h2k {

/// Copies the content of one image that stands alone into the new qcow2 @overlay, which needs no other file then.
[[nodiscard]] Result<> copy_lowest(const std::string &overlay, const Image &image, GCancellable *cancel);

/// Writes into @overlay, a qcow2 that stands on the lowest image of a chain, what each image above that holds itself,
/// the lowest first.  @chain: those above, the top one first.
[[nodiscard]] Result<> write_links(const std::string &overlay, std::span<const Image> chain, GCancellable *cancel);

} // namespace h2k
