// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/pipeline/revert/stages.h"
#include "convert/pipeline/revert/unfinished.h"
#include "convert/pipeline/stages/stages.h"

namespace h2k {

/// All or none: until the overlays of all disks are kept, no image is to change.
Result<> commit_overlays(Run &run) {
    H2K_CHECK(require_same_source(run));
    H2K_CHECK(check_cancelled(run.cancel));
    if (run.plan->changes.empty())
        return {};
    const auto revert = H2K_TRY(keep_unfinished(run));
    H2K_CHECK(finish_revert(run, revert));
    for (const auto &disk : run.disks) {
        const auto &image = disk.source.top;
        H2K_CHECK(run.tools.check_image(image.path, image.format, image.bytes, nullptr));
    }
    return {};
}

} // namespace h2k
