// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/pipeline/run.h"
#include "convert/pipeline/stages/stages.h"

namespace h2k {

Result<> make_overlays(Run &run) {
    for (auto &disk : run.disks)
        disk.overlay = H2K_TRY(run.tools.create_overlay(disk.overlay.top.path, disk.source, run.cancel));
    return require_same_source(run);
}

} // namespace h2k
