// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/apply/revert.h"
#include "convert/base/files.h"
#include "convert/base/i18n.h"
#include "convert/base/messages.h"
#include "convert/pipeline/job.h"
#include <cerrno>
#include <unistd.h>

namespace h2k {

namespace {

/// Where the overlay stays while it is written into @image: what is ended on the way can be finished from it.
std::string unfinished(const std::string &image) { return image + ".virt-hyper2kvm-revert.qcow2"; }

} // namespace

/// Only an image of the kind that an import makes is written, and only where it lies.
Result<> Job::check_image_to_revert() const {
    for (const auto &disk : report_.carry->source.disks) {
        const auto shown = printable(disk.path);
        if (disk.fetch || !stands_by_path(disk) || report_.carry->kind != "disks" ||
            (disk.format != DiskFormat::qcow2 && disk.format != DiskFormat::raw))
            return fail(H2K_ERROR_SOURCE, _("Only a qcow2 or raw image that stands alone can go back; “%s” is none."),
                        shown.c_str());
        if (path_exists(unfinished(disk.path)))
            return fail(H2K_ERROR_SOURCE,
                        _("The way back of “%s” was ended before its end. Finish it with: qemu-img commit -d -f qcow2 "
                          "“%s”, and remove that file then."),
                        shown.c_str(), printable(unfinished(disk.path)).c_str());
        if (!wish_.dry_run && access(disk.path.c_str(), W_OK) != 0)
            return fail(H2K_ERROR_TARGET, _("Cannot write “%s”: %s."), shown.c_str(), g_strerror(errno));
    }
    return {};
}

Result<> Job::plan_way_back() {
    auto way = H2K_TRY(plan_revert(*guest_, wish_.job));
    report_.plan->changes = std::move(way.changes);
    report_.plan->warnings = report_.plan->guest.warnings;
    for (const auto &left : way.left) {
        report_.plan->warnings.push_back(left);
        warn(Stage::plan, left);
    }
    return {};
}

Result<> Job::take_back() {
    const auto &changes = report_.plan->changes;
    for (std::size_t i = 0; i < changes.size(); ++i) {
        H2K_CHECK(check_cancelled(cancel_));
        const auto &change = changes[i];
        journal_.change(i, change, "begun");
        progress_->step(name_of(Stage::fix), static_cast<double>(i) / static_cast<double>(changes.size()),
                        change.reason);
        auto done = guest_->apply(change);
        if (!done && (!change.may_fail || done.error().is(H2K_ERROR_CANCELLED)))
            return done;
        report_.applied.push_back({.change = change, .kept = {}, .error = done ? "" : done.error().message()});
        journal_.change(i, change, done ? "done" : "failed");
    }
    return close_guest();
}

/// Until here the image is as it was.  From here on it has to become what the overlay says, so nothing cancels it.
Result<> Job::commit() {
    H2K_CHECK(require_same_source());
    H2K_CHECK(check_cancelled(cancel_));
    const auto &disks = report_.carry->source.disks;
    if (report_.plan->changes.empty())
        return {};
    for (std::size_t i = 0; i < disks.size(); ++i)
        H2K_CHECK(publish(overlay(i), unfinished(disks[i].path)));
    for (const auto &disk : disks) {
        auto done = tools_.commit_overlay(unfinished(disk.path), disk.path);
        if (!done)
            return fail(H2K_ERROR_TARGET,
                        _("%s Nothing is lost: once the cause is gone, “qemu-img commit -d -f qcow2 %s” finishes it."),
                        done.error().message(), printable(unfinished(disk.path)).c_str());
        unlink(unfinished(disk.path).c_str());
        H2K_CHECK(tools_.check_image(disk.path, disk.format, disk.bytes, nullptr));
        report_.artifacts.push_back({.type = "converted_image",
                                     .path = disk.path,
                                     .format = name_of(disk.format),
                                     .bytes = 0,
                                     .virtual_size = disk.bytes});
    }
    return {};
}

} // namespace h2k
