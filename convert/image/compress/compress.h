// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/image/image.h"

namespace h2k {

/// The part of convert_image() that compresses with a level of its own, which qemu-img has no option for.  The file
/// @order.to exists and is empty; both paths are absolute.
[[nodiscard]] Result<> compress_image(const Conversion &order, const std::function<void(double)> &fraction,
                                      GCancellable *cancel);

} // namespace h2k
