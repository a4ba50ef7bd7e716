// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/base/files.h"
#include "convert/image/seed_iso.h"
#include "convert/pipeline/job.h"

namespace h2k {

Result<> Job::make_seed_iso() const {
    return wants_seed_iso() ? write_seed_iso(made_seed_iso(), *wish_.repair.cloud_init) : Result<>{};
}

Result<> Job::publish_seed_iso() {
    const auto &target = report_.plan->target;
    if (!target.seed_iso)
        return {};
    const auto bytes = H2K_TRY(identity_of(made_seed_iso())).size;
    H2K_CHECK(target_->publish_seed_iso(target, made_seed_iso(), cancel_));
    journal_.published(*target.seed_iso);
    report_.artifacts.push_back({.type = "seed_iso",
                                 .path = *target.seed_iso,
                                 .format = "iso",
                                 .bytes = path_exists(*target.seed_iso) ? bytes : 0,
                                 .virtual_size = bytes});
    return {};
}

} // namespace h2k
