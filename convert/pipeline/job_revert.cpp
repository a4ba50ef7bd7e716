// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/apply/revert.h"
#include "convert/base/files.h"
#include "convert/base/i18n.h"
#include "convert/base/messages.h"
#include "convert/pipeline/job.h"
#include "convert/pipeline/journal/host_journal.h"
#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace h2k {

namespace {

/// Where the overlay stays while it is written into @image: what is ended on the way can be finished from it.  An
/// overlay has this name only once those of all images are complete and lie beside them.
std::string unfinished(const std::string &image) { return image + ".virt-hyper2kvm-revert.qcow2"; }
/// Its name until then; without one of the other name it means nothing.
std::string undecided(const std::string &image) { return image + ".virt-hyper2kvm-undecided.qcow2"; }

void write_through(const std::string &path) {
    // A file system that cannot is none to wait for.
    if (const int why = sync_path(path); why != 0)
        g_debug("%s: %s", path.c_str(), g_strerror(why));
}

/// For a shell, one line an overlay that lies beside one of @disks; each begins with a line end.
std::string how_to_finish(const std::vector<Disk> &disks) {
    std::string orders;
    for (const auto &disk : disks)
        for (const auto &overlay : {unfinished(disk.top.path), undecided(disk.top.path)})
            if (path_exists(overlay)) {
                const Owned<char> quoted{g_shell_quote(overlay.c_str())};
                orders += sentence("\nqemu-img commit -d -f qcow2 %s && rm %s", quoted.get(), quoted.get());
            }
    return orders;
}

/// A way back that was ended while it was written has to be finished first; one that was ended just before is nothing.
Result<> require_no_unfinished(const std::vector<Disk> &disks) {
    for (const auto &disk : disks)
        if (path_exists(unfinished(disk.top.path)))
            return fail(H2K_ERROR_SOURCE,
                        _("A way back was ended while it was written into “%s”; until it is finished, the guest is "
                          "neither what it was nor what it shall be. Finish it with:%s"),
                        printable(disk.top.path).c_str(), how_to_finish(disks).c_str());
    return {};
}

} // namespace

std::string Job::overlay(std::size_t disk) const {
    const auto name = "disk" + std::to_string(disk) + ".overlay.qcow2";
    if (reverts())
        if (const auto it = beside_.find(folder_of(report_.carry->source.disks[disk].top.path)); it != beside_.end())
            return it->second->file(name);
    return work_->file(name);
}

/// Only an image of the kind that an import makes is written, and only where it lies.
Result<> Job::check_image_to_revert() const {
    for (const auto &disk : report_.carry->source.disks) {
        const auto shown = printable(disk.top.path);
        if (disk.fetch || !stands_by_path(disk) || report_.carry->kind != "disks" ||
            (disk.top.format != DiskFormat::qcow2 && disk.top.format != DiskFormat::raw))
            return fail(H2K_ERROR_SOURCE, _("Only a qcow2 or raw image that stands alone can go back; “%s” is none."),
                        shown.c_str());
        if (!wish_.dry_run && access(disk.top.path.c_str(), W_OK) != 0)
            return fail(H2K_ERROR_TARGET, _("Cannot write “%s”: %s."), shown.c_str(), g_strerror(errno));
    }
    return require_no_unfinished(report_.carry->source.disks);
}

/// Each overlay is made in the folder of its image, so that it can be put beside it by a rename.
Result<> Job::work_beside_images() {
    const auto &disks = report_.carry->source.disks;
    const auto first = folder_of(disks.front().top.path);
    work_ = H2K_TRY(WorkFolder::create(first));
    for (const auto &disk : disks) {
        if (const auto folder = folder_of(disk.top.path); folder != first && !beside_.contains(folder))
            beside_[folder] = H2K_TRY(WorkFolder::create(folder));
        unlink(undecided(disk.top.path).c_str());
    }
    return {};
}

Result<> Job::plan_way_back() {
    auto &plan = *report_.plan;
    plan.warnings = plan.guest.warnings;
    const auto tell = [&](const std::string &sentence) {
        plan.warnings.push_back(sentence);
        warn(Stage::plan, sentence);
    };
    auto way = plan_revert(*guest_, wish_.job);
    if (!way && way.error().is(H2K_ERROR_SOURCE)) {
        std::vector<std::string> images;
        for (const auto &disk : report_.carry->source.disks)
            images.push_back(disk.top.path);
        const auto found = find_host_journal(images, wish_.job);
        if (!found)
            return fail(H2K_ERROR_SOURCE,
                        _("%s Nor is there a report of the import that made the image: beside the "
                          "image, or among the jobs in the state folder."),
                        way.error().message());
        tell(sentence(_("The guest has no journal of this repair, so the way back goes by the report “%s”, which knows "
                        "the first versions of text files alone. What else was changed is told."),
                      printable(found->path).c_str()));
        way = plan_revert_by(*guest_, found->journal);
    }
    if (!way)
        return std::unexpected(std::move(way).error());
    plan.changes = std::move(way->changes);
    for (const auto &change : plan.changes)
        for (const auto &effect : facts_of(change).effects)
            if (effect.content)
                if (auto now = H2K_TRY(guest_->read(effect.path)))
                    plan.before.emplace(effect.path, *std::move(now));
    for (const auto &left : way->left)
        tell(left);
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

/// All or none: until the first overlay has its final name, no image is meant to change.
Result<> Job::put_overlays_beside() {
    const auto &disks = report_.carry->source.disks;
    const auto move_all = [&](auto &&from, auto &&to) -> Result<> {
        for (std::size_t i = 0; i < disks.size(); ++i) {
            if (auto done = publish(from(i), to(i)); !done) {
                while (i-- > 0)
                    unlink(to(i).c_str());
                return done;
            }
            write_through(folder_of(to(i)));
        }
        return {};
    };
    const auto made = [&](std::size_t i) { return overlay(i); };
    const auto beside = [&](std::size_t i) { return undecided(disks[i].top.path); };
    const auto decided = [&](std::size_t i) { return unfinished(disks[i].top.path); };
    for (std::size_t i = 0; i < disks.size(); ++i)
        write_through(made(i));
    H2K_CHECK(move_all(made, beside));
    auto done = move_all(beside, decided);
    if (!done)
        for (std::size_t i = 0; i < disks.size(); ++i)
            unlink(beside(i).c_str());
    return done;
}

/// Until here the image is as it was.  From here on it has to become what the overlay says, so nothing cancels it.
Result<> Job::commit() {
    H2K_CHECK(require_same_source());
    H2K_CHECK(check_cancelled(cancel_));
    const auto &disks = report_.carry->source.disks;
    if (report_.plan->changes.empty())
        return {};
    H2K_CHECK(put_overlays_beside());
    for (const auto &disk : disks) {
        auto done = tools_.commit_overlay(unfinished(disk.top.path), disk.top.path);
        if (!done)
            return fail(H2K_ERROR_TARGET, _("%s Nothing is lost: once the cause is gone, finish it with:%s"),
                        done.error().message(), how_to_finish(disks).c_str());
        unlink(unfinished(disk.top.path).c_str());
        H2K_CHECK(tools_.check_image(disk.top.path, disk.top.format, disk.top.bytes, nullptr));
        report_.artifacts.push_back({.type = "converted_image",
                                     .path = disk.top.path,
                                     .format = name_of(disk.top.format),
                                     .bytes = 0,
                                     .virtual_size = disk.top.bytes});
    }
    return {};
}

} // namespace h2k
