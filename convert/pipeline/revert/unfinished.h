// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/error.h"
#include "convert/pipeline/run.h"

namespace h2k {

/// Where the overlay is while it is written into @image, so that an interrupted revert can be finished.  An overlay
/// gets this name when those of all images are complete and beside them.
[[nodiscard]] std::string unfinished(const std::string &image);
/// Its name until then; without an overlay with the other name it is of no use.
[[nodiscard]] std::string undecided(const std::string &image);

/// For a shell, one line for each overlay beside one of @disks; each begins with a line end.
[[nodiscard]] std::string commands_to_finish(const std::vector<DiskWork> &disks);

} // namespace h2k
