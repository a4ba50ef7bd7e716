// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/error.h"
#include "convert/pipeline/run.h"

namespace h2k {

/// Where the overlay stays while it is written into @image: what is interrupted can be finished from it.  An overlay
/// has this name only once those of all images are complete and lie beside them.
[[nodiscard]] std::string unfinished(const std::string &image);
/// Its name until then; without one of the other name it means nothing.
[[nodiscard]] std::string undecided(const std::string &image);

/// For a shell, one line an overlay that lies beside one of @disks; each begins with a line end.
[[nodiscard]] std::string commands_to_finish(const std::vector<DiskWork> &disks);

} // namespace h2k
