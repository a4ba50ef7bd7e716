// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/base/files.h"
#include "convert/base/i18n.h"
#include "convert/base/messages.h"
#include "convert/pipeline/revert/stages.h"
#include "convert/pipeline/revert/unfinished.h"
#include <cerrno>
#include <unistd.h>

namespace h2k {

namespace {

/// Only an image of the kind that an import makes is written, and only where it lies.
bool is_import_result(const CarryPlan &carry, const Disk &disk) {
    return carry.kind == "disks" && !disk.fetch && opens_by_path(disk) &&
           (disk.top.format == DiskFormat::qcow2 || disk.top.format == DiskFormat::raw);
}

/// One that was interrupted while it was written has to be finished first; one that was interrupted before that has
/// changed nothing.
Result<> require_no_unfinished(const std::vector<DiskWork> &disks) {
    for (const auto &disk : disks)
        if (const auto &path = disk.source.top.path; path_exists(unfinished(path)))
            return fail(H2K_ERROR_SOURCE,
                        _("A revert of “%s” was interrupted while the image was being written; the guest is "
                          "inconsistent until it is finished. Finish it with:%s"),
                        printable(path).c_str(), commands_to_finish(disks).c_str());
    return {};
}

} // namespace

Result<> check_images(Run &run) {
    for (const auto &disk : run.disks)
        if (!is_import_result(*run.carry, disk.source))
            return fail(H2K_ERROR_SOURCE,
                        _("“%s” cannot be reverted: it is not a qcow2 or raw image without a backing file."),
                        printable(disk.source.top.path).c_str());
    return require_no_unfinished(run.disks);
}

Result<> require_writable_images(Run &run) {
    for (const auto &disk : run.disks)
        if (access(disk.source.top.path.c_str(), W_OK) != 0)
            return fail(H2K_ERROR_TARGET, _("Cannot write “%s”: %s."), printable(disk.source.top.path).c_str(),
                        g_strerror(errno));
    return {};
}

Result<> make_work_folders_beside_images(Run &run) {
    const auto first = folder_of(run.disks.front().source.top.path);
    run.use_work_folder(H2K_TRY(WorkFolder::create(first)));
    for (auto &disk : run.disks) {
        const auto &image = disk.source.top.path;
        unlink(undecided(image).c_str());
        const auto folder = folder_of(image);
        if (folder == first)
            continue;
        auto &beside = run.work_beside[folder];
        if (!beside)
            beside = H2K_TRY(WorkFolder::create(folder));
        disk.overlay = beside->file(base_name(disk.overlay));
    }
    return {};
}

} // namespace h2k
