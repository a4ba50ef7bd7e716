// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/direct/disk/disk.h"

namespace h2k {

/// Serves @part as the one file of the FUSE file system whose open and mounted /dev/fuse is the descriptor @fuse, until
/// it is unmounted.  What was written is in the disks then.  @writes: else a write is EROFS.
[[nodiscard]] Result<> serve_file(Bytes &part, bool writes, int fuse);

} // namespace h2k
