// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/image/seed_iso.h"
#include "convert/base/files.h"
#include "convert/pipeline/run.h"
#include "convert/pipeline/stages/stages.h"

namespace h2k {

namespace {
std::string made_seed_iso(const Run &run) { return run.work->file("cidata.iso"); }
} // namespace

Result<> make_seed_iso(Run &run) { return write_seed_iso(made_seed_iso(run), *run.request.repair.cloud_init); }

Result<> publish_seed_iso(Run &run) {
    const auto &path = run.plan->target.seed_iso;
    if (!path)
        return {};
    const auto bytes = H2K_TRY(identity_of(made_seed_iso(run))).size;
    H2K_CHECK(run.target->publish_seed_iso(run.target_machine(), made_seed_iso(run), run.cancel));
    run.journal.published(*path);
    run.seed_iso = {.path = *path, .stored = path_exists(*path) ? bytes : 0, .bytes = bytes};
    return {};
}

} // namespace h2k
