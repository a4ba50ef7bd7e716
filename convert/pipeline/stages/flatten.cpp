// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/pipeline/run.h"
#include "convert/pipeline/stages/stages.h"

namespace h2k {

Result<> make_overlays(Run &run) {
    for (const auto &disk : run.disks)
        H2K_CHECK(run.tools.create_overlay(disk.overlay, disk.source, run.cancel));
    return require_same_source(run);
}

} // namespace h2k
