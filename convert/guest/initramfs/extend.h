// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/guest/file_calls.h"
#include "convert/model/change.h"
#include "convert/model/guest.h"

namespace h2k {

/// Appends an archive with the files of @extend to its image, which keeps owner, mode and labels, and gives the length
/// that it had.  After a failure the image is as it was.  @guest: where the files are read.
[[nodiscard]] Result<std::uint64_t> extend_image(FileCalls &calls, const GuestView &guest,
                                                 const ExtendInitramfs &extend);

} // namespace h2k
