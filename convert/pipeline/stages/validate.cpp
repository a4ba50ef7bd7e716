// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/pipeline/run.h"
#include "convert/pipeline/stages/stages.h"

namespace h2k {

Result<> check_results(Run &run) {
    for (const auto &disk : run.disks)
        H2K_CHECK(run.tools.check_image(disk.made, disk.target->top.format, disk.target->top.bytes, run.cancel));
    return {};
}

} // namespace h2k
