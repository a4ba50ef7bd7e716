// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/error.h"
#include "convert/fetch/digest.h"
#include "convert/fetch/unpacking.h"
#include <functional>

namespace h2k {

/// Unpacks images, reading each archive once.  @digests of the packed bytes are verified on the way and removed from
/// the list.  A member that is missing, duplicate, too large, a link or a device, a decompression bomb, and a digest
/// that differs are H2K_ERROR_SOURCE; a full file system is H2K_ERROR_TARGET.  Of a member
/// that is missing and may be, there is no file afterwards.  After a failure none of the files is left.  @fraction is
/// called with 0…1 of the packed bytes.
[[nodiscard]] Result<> unpack(const std::vector<Unpacking> &orders, std::vector<Digest> &digests,
                              const std::function<void(double)> &fraction, GCancellable *cancel);

} // namespace h2k
