// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/base/files.h"
#include "convert/base/i18n.h"
#include "convert/base/messages.h"
#include "convert/image/qemu_files.h"
#include "convert/pipeline/revert/stages.h"
#include "convert/pipeline/revert/unfinished.h"

namespace h2k {

namespace {

/// Only an image of the kind that an import makes is written, and only where it lies.
bool is_import_result(const CarryPlan &carry, const Disk &disk) {
    return carry.kind == "disks" && !disk.fetch && is_standalone(disk) &&
           (disk.top.format == DiskFormat::qcow2 || disk.top.format == DiskFormat::raw);
}

} // namespace

Result<> check_images(Run &run) {
    for (const auto &disk : run.disks)
        if (!is_import_result(*run.carry, disk.source))
            return fail(H2K_ERROR_SOURCE,
                        _("“%s” cannot be reverted: it is not a qcow2 or raw image without a backing file."),
                        printable(disk.source.top.path).c_str());
    return {};
}

Result<> require_writable_images(Run &run) {
    for (const auto &disk : run.disks)
        H2K_CHECK(open_to_write(disk.source.top.held, disk.source.top.path));
    return {};
}

Result<> require_finished(Run &run) {
    if (!H2K_TRY(find_unfinished(run.disks)))
        return {};
    return fail(H2K_ERROR_SOURCE,
                _("A revert of “%s” was interrupted while the image was being written; the guest is inconsistent until "
                  "it is finished. Run the command without --dry-run, which finishes it."),
                printable(run.disks.front().source.top.path).c_str());
}

Result<> finish_interrupted(Run &run) {
    const auto revert = H2K_TRY(find_unfinished(run.disks));
    if (!revert)
        return {};
    H2K_CHECK(finish_revert(run, *revert));
    run.note("revert.finished", _("A revert that was interrupted while it wrote the image was finished first."));
    return {};
}

Result<> make_work_folder_in_state(Run &run) {
    const auto parent = H2K_TRY(revert_parent());
    run.use_work_folder(H2K_TRY(WorkFolder::create(folder_of(parent))));
    return {};
}

} // namespace h2k
