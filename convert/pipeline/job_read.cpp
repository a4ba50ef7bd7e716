// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/base/files.h"
#include "convert/base/i18n.h"
#include "convert/base/messages.h"
#include "convert/inspect/device_names.h"
#include "convert/inspect/inspect.h"
#include "convert/model/guest_paths.h"
#include "convert/pipeline/job.h"
#include "convert/pipeline/report/documents.h"
#include "convert/plan/plan.h"
#include "convert/plan/target_machine.h"
#include "convert/source/source.h"
#include <algorithm>
#include <unistd.h>

namespace h2k {

namespace {

/// The files of a disk's source, as they lie on the host.
std::vector<std::string> source_files(const Disk &disk) {
    if (!disk.fetch)
        return disk.files;
    std::vector<std::string> files;
    for (const auto &piece : disk.fetch->pieces)
        files.push_back(piece.path);
    return files;
}

} // namespace

Result<> Job::describe_source() {
    report_.carry = H2K_TRY(describe(wish_));
    if (!wish_.name.empty())
        report_.carry->source.name = wish_.name;
    for (const auto &warning : report_.carry->warnings)
        warn(Stage::describe, warning);
    auto grown = report_.carry->source;
    H2K_CHECK(grow_disks(grown, wish_.growths)); // before a minute is spent
    if (report_.action == Action::import)
        H2K_CHECK(check_target());
    if (report_.action == Action::revert)
        H2K_CHECK(check_image_to_revert());
    const bool writes = imports();
    if (reverts())
        return work_beside_images();
    work_ = H2K_TRY(WorkFolder::create(writes ? target_->work_parent() : work_parent()));
    return {};
}

Result<> Job::note_source(const std::vector<std::string> &files) {
    for (const auto &file : files) {
        if (access(file.c_str(), R_OK) != 0)
            return fail(H2K_ERROR_SOURCE, _("Cannot read “%s”: %s."), file.c_str(), g_strerror(errno));
        if (std::ranges::find(source_files_, file, [](const auto &known) { return known.first; }) ==
            source_files_.end())
            source_files_.emplace_back(file, H2K_TRY(identity_of(file)));
    }
    return {};
}

/// Unpacks what is packed, and describes what came out.  What has been verified on the way leaves the list of digests.
Result<> Job::unpack_disks() {
    auto &carry = *report_.carry;
    std::vector<Unpacking> orders;
    for (std::size_t i = 0; i < carry.source.disks.size(); ++i)
        if (carry.source.disks[i].fetch)
            orders.push_back({.from = *carry.source.disks[i].fetch, .to = unpacked(i)});
    const bool packed = std::ranges::any_of(carry.digests, [](const Digest &d) { return !d.from.members.empty(); });
    if (orders.empty() && !packed)
        return {};
    const auto promised = carry.digests;
    const auto tell = [&](double fraction) { progress_->step(name_of(Stage::fetch), fraction, ""); };
    H2K_CHECK(tools_.unpack(orders, carry.digests, tell, cancel_));
    for (const auto &digest : promised)
        if (std::ranges::find(carry.digests, digest.name, &Digest::name) == carry.digests.end())
            report_.checksums.push_back(
                {.path = digest.name, .algorithm = digest.algorithm, .value = digest.expected, .promised = true});
    const auto told = carry.warnings.size();
    for (std::size_t i = 0; i < carry.source.disks.size(); ++i)
        if (carry.source.disks[i].fetch)
            H2K_CHECK(complete_disk(carry.source.disks[i], unpacked(i), carry.warnings));
    for (std::size_t i = told; i < carry.warnings.size(); ++i)
        warn(Stage::fetch, carry.warnings[i]);
    return {};
}

/// Local disks stay where they are, as long as they are not packed.
Result<> Job::fetch() {
    for (const auto &disk : report_.carry->source.disks) {
        sources_of_.push_back(source_files(disk));
        H2K_CHECK(note_source(sources_of_.back()));
    }
    for (const auto &digest : report_.carry->digests)
        for (const auto &piece : digest.from.pieces)
            H2K_CHECK(note_source({piece.path}));
    H2K_CHECK(unpack_disks());
    return require_same_source();
}

/// What was checked must be what was read: a source that changes under the work is somebody's mistake or attack.
Result<> Job::require_same_source() const {
    for (const auto &[file, identity] : source_files_) {
        const auto now = identity_of(file);
        if (!now || *now != identity)
            return fail(H2K_ERROR_SOURCE, _("“%s” changed while it was read."), file.c_str());
    }
    return {};
}

Result<> Job::flatten() {
    const auto &disks = report_.carry->source.disks;
    for (std::size_t i = 0; i < disks.size(); ++i)
        H2K_CHECK(tools_.create_overlay(overlay(i), disks[i], cancel_));
    return require_same_source();
}

Result<> Job::inspect_guest() {
    const auto took = [&](const char *step) {
        return [this, step](double seconds) { timed(Stage::inspect, step, seconds); };
    };
    std::vector<Appliance::Drive> drives;
    for (std::size_t i = 0; i < report_.carry->source.disks.size(); ++i)
        drives.push_back({.path = overlay(i), .format = DiskFormat::qcow2, .readonly = false});
    appliance_ = H2K_TRY(measured([&] { return tools_.launch(drives, tools_.kvm_works(), cancel_); }, took("launch")));
    [[maybe_unused]] const auto seen = H2K_TRY(measured([&] { return appliance_->devices(); }, took("devices")));
    std::vector<std::string> warnings;
    if (!wish_.keys.empty())
        H2K_CHECK(measured([&] { return appliance_->open_encrypted(wish_.keys, warnings); }, took("open")));
    const auto root = H2K_TRY(measured([&] { return choose_root(*appliance_, wish_.root); }, took("root")));
    if (!root.why.empty())
        warnings.push_back(root.why);
    auto devices = H2K_TRY(devices_as_named_on(*appliance_, root.device));
    const auto mounts = H2K_TRY(plan_mounts(*appliance_, root.device));
    guest_ = H2K_TRY(measured([&] { return appliance_->mount(mounts, warnings); }, took("mount")));
    auto facts = H2K_TRY(measured([&] { return inspect(*guest_, std::move(devices), mounts); }, took("read")));
    facts.warnings.insert(facts.warnings.begin(), warnings.begin(), warnings.end());
    for (const auto &warning : facts.warnings)
        warn(Stage::inspect, warning);
    report_.plan.emplace().guest = std::move(facts);
    return {};
}

/// Scripts can be of this job or of one before.
Result<bool> Job::has_first_boot() const {
    const auto folder = std::string{first_boot_scripts} + "/";
    const auto is_script = [&](const Change &change) { return path_of(change).starts_with(folder); };
    return std::ranges::any_of(report_.plan->changes, is_script) || !H2K_TRY(guest_->list(folder + "*")).empty();
}

Result<> Job::plan_repair() {
    H2K_CHECK(require_same_source());
    if (report_.action == Action::revert)
        return plan_way_back();
    report_.plan = H2K_TRY(make_plan(wish_, *report_.carry, Inspection{report_.plan->guest}, *guest_));
    first_boot_ = H2K_TRY(has_first_boot());
    const auto told = report_.carry->warnings.size() + report_.plan->guest.warnings.size();
    for (std::size_t i = told; i < report_.plan->warnings.size(); ++i)
        warn(Stage::plan, report_.plan->warnings[i]);
    if (report_.action == Action::boot_test)
        return {}; // the target machine is all that it needs of the plan
    report_.fixers = report_.plan->fixers;
    // A domain that cannot be described shall be known before anything is copied.
    [[maybe_unused]] const auto xml = H2K_TRY(draft_domain());
    for (const auto &result : report_.fixers) {
        if (result.outcome == Outcome::skipped)
            warn(Stage::plan, skip_text(result));
        for (const auto &warning : result.warnings)
            warn(Stage::plan, warning);
    }
    return {};
}

} // namespace h2k
