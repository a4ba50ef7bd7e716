// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/image/image.h"

namespace h2k {

/// Makes of @to, an empty file, the image that @order asks for, where its data stand in files as they are: then
/// the kernel copies them, or, on file systems that can, has both files share them.  Clusters of zeros remain holes.
/// False: that is not possible here, and @to is empty.
[[nodiscard]] Result<bool> copy_ranges(const Conversion &order, const HeldFile &to,
                                       const std::function<void(double)> &fraction, GCancellable *cancel);

} // namespace h2k
