// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/pipeline/report/unified_diff.h"
#include "convert/base/files.h"
#include "convert/base/i18n.h"
#include "convert/base/process/subprocess.h"
#include "convert/base/work_folder.h"

namespace h2k {

Result<std::string> unified_diff(const std::string &path, const std::optional<std::string> &before,
                                 const std::optional<std::string> &after, GCancellable *cancel) {
    const auto work = H2K_TRY(WorkFolder::create(g_get_tmp_dir()));
    H2K_CHECK(write_file(work->file("before"), before.value_or("")));
    H2K_CHECK(write_file(work->file("after"), after.value_or("")));
    const auto done =
        H2K_TRY(run_command({.argv = {"diff", "-u", "--text", "--label", before ? "a" + path : "/dev/null", "--label",
                                      after ? "b" + path : "/dev/null", work->file("before"), work->file("after")}},
                            cancel));
    if (done.status > 1)
        return fail(H2K_ERROR_FAILED, _("Cannot compare the versions of “%s”: %s"), path.c_str(), done.errors.c_str());
    return done.output;
}

} // namespace h2k
