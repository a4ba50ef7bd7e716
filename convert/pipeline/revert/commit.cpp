// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/base/files.h"
#include "convert/base/i18n.h"
#include "convert/pipeline/revert/stages.h"
#include "convert/pipeline/revert/unfinished.h"
#include "convert/pipeline/stages/stages.h"
#include <unistd.h>

namespace h2k {

namespace {

using NameOf = std::string (*)(const DiskWork &disk);

std::string made(const DiskWork &disk) { return disk.overlay; }
std::string beside(const DiskWork &disk) { return undecided(disk.source.top.path); }
std::string decided(const DiskWork &disk) { return unfinished(disk.source.top.path); }

void write_through(const std::string &path) {
    // Not every file system can; that is no reason to stop.
    if (const int why = sync_path(path); why != 0)
        g_debug("%s: %s", path.c_str(), g_strerror(why));
}

/// Renames the overlays of all disks, or none.
Result<> rename_all(const std::vector<DiskWork> &disks, NameOf from, NameOf to) {
    for (std::size_t i = 0; i < disks.size(); ++i) {
        if (auto done = publish(from(disks[i]), to(disks[i])); !done) {
            while (i-- > 0)
                unlink(to(disks[i]).c_str());
            return done;
        }
        write_through(folder_of(to(disks[i])));
    }
    return {};
}

/// All or none: until the first overlay has its final name, no image is to change.
Result<> put_overlays_beside(const std::vector<DiskWork> &disks) {
    for (const auto &disk : disks)
        write_through(disk.overlay);
    H2K_CHECK(rename_all(disks, made, beside));
    auto done = rename_all(disks, beside, decided);
    if (!done)
        for (const auto &disk : disks)
            unlink(beside(disk).c_str());
    return done;
}

Result<> commit(Run &run, DiskWork &disk) {
    const auto &image = disk.source.top;
    const auto overlay = decided(disk);
    auto done = run.tools.commit_overlay(overlay, image.path);
    if (!done)
        return fail(H2K_ERROR_TARGET, _("%s No data is lost. When the cause is fixed, finish the revert with:%s"),
                    done.error().message(), commands_to_finish(run.disks).c_str());
    unlink(overlay.c_str());
    H2K_CHECK(run.tools.check_image(image.path, image.format, image.bytes, nullptr));
    disk.published = {.disk = disk.source};
    return {};
}

} // namespace

Result<> commit_overlays(Run &run) {
    H2K_CHECK(require_same_source(run));
    H2K_CHECK(check_cancelled(run.cancel));
    if (run.plan->changes.empty())
        return {};
    H2K_CHECK(put_overlays_beside(run.disks));
    for (auto &disk : run.disks)
        H2K_CHECK(commit(run, disk));
    return {};
}

} // namespace h2k
