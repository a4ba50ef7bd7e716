// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/pipeline/stages/lanes.h"
#include "convert/base/i18n.h"
#include "convert/base/messages.h"
#include "convert/pipeline/stages/stages.h"
#include <algorithm>
#include <unistd.h>

namespace h2k {

namespace {

std::vector<LaneKind> lanes_for(const Run &run) {
    const auto choice = run.request.lane;
    if (choice == LaneChoice::appliance || !run.tools.open_direct)
        return {LaneKind::appliance};
    if (choice == LaneChoice::direct)
        return {LaneKind::direct};
    return {LaneKind::direct, LaneKind::appliance};
}

OpeningOrder order_of(const Run &run, LaneKind kind) {
    return {.kind = kind,
            .tools = run.tools,
            .longest_program = std::chrono::seconds{run.request.program_timeout},
            .cancel = run.cancel};
}

std::vector<Disk> overlays_of(const Run &run) {
    std::vector<Disk> disks;
    for (const auto &disk : run.disks)
        disks.push_back(disk.overlay);
    return disks;
}

/// Another lane may have written to the overlays.
Result<> renew_overlays(Run &run) {
    for (const auto &disk : run.disks)
        unlink(disk.overlay.top.path.c_str());
    return make_overlays(run);
}

Result<> open_overlays(Run &run, LaneKind kind, Notices &notices) {
    run.open =
        H2K_TRY(run.timed("launch", [&] { return OpenDisks::open(overlays_of(run), order_of(run, kind), notices); }));
    return {};
}

/// Is there a lane after @kind that could do what failed there?
bool may_begin_again(const Run &run, LaneKind kind, const Error &error) {
    return kind != lanes_for(run).back() && !error.is(H2K_ERROR_CANCELLED);
}

void note_lane(Run &run, LaneKind kind, const std::string &why) {
    run.stages.back().lane = LaneNote{.name = name_of(kind), .why = why};
}

/// Opens the guest again, on overlays as they are, in the appliance.
Result<> reopen(Run &run) {
    Notices notices;
    H2K_CHECK(open_overlays(run, LaneKind::appliance, notices));
    if (!run.request.keys.empty())
        H2K_CHECK(run.open->lane->open_encrypted(run.request.keys, notices));
    H2K_CHECK(run.timed("mount", [&] { return run.open->mount(run.inspection->mounts, notices); }));
    run.say(notices);
    return {};
}

Result<> fix_here(Run &run, const std::function<Result<>(Run &run)> &apply) {
    H2K_CHECK(apply(run));
    run.say(H2K_TRY(run.timed("check", [&] { return run.open->lane->check_filesystems(); })));
    return run.timed("close", [&] { return leave_guest(run); });
}

} // namespace

Result<> inspect_in_lanes(Run &run, const std::function<Result<>(Notices &notices)> &work) {
    std::string why;
    for (const auto kind : lanes_for(run)) {
        Notices notices;
        auto done = open_overlays(run, kind, notices);
        if (done)
            done = work(notices);
        if (done || !may_begin_again(run, kind, done.error())) {
            note_lane(run, kind, why);
            return done;
        }
        why = done.error().message();
        g_debug("lane %s: %s", name_of(kind), why.c_str());
        run.open.reset();
        H2K_CHECK(renew_overlays(run));
    }
    return fail(H2K_ERROR_FAILED, "%s", why.c_str());
}

LaneNote lane_for_plan(const Run &run) {
    const auto &changes = run.plan->changes;
    const auto program = std::ranges::find_if(changes, [](const auto &one) { return !facts_of(one).command.empty(); });
    if (run.open->kind == LaneKind::direct && program != changes.end())
        return {.name = name_of(LaneKind::appliance),
                .why = sentence(_("The guest's program “%s” runs only there."),
                                printable(facts_of(*program).command.front()).c_str())};
    const auto inspected = std::ranges::find_if(run.stages, [](const auto &stage) { return stage.lane.has_value(); });
    return {.name = name_of(run.open->kind), .why = inspected == run.stages.end() ? "" : inspected->lane->why};
}

Result<> fix_in_lanes(Run &run, const std::function<Result<>(Run &run)> &apply) {
    const auto needed = lane_for_plan(run);
    if (needed.name != name_of(run.open->kind)) {
        H2K_CHECK(run.timed("leave", [&] { return leave_guest(run); }));
        H2K_CHECK(reopen(run));
    }
    const auto kind = run.open->kind;
    run.stages.back().lane = needed;
    auto done = fix_here(run, apply);
    if (done || !may_begin_again(run, kind, done.error()))
        return done;
    note_lane(run, LaneKind::appliance, done.error().message());
    run.open.reset();
    H2K_CHECK(renew_overlays(run));
    H2K_CHECK(reopen(run));
    return fix_here(run, apply);
}

Result<> work_in_lanes(Run &run, const std::vector<Disk> &disks, const std::vector<Disk> &below,
                       const std::function<Result<std::vector<Mount>>(const StorageView &)> &mounts,
                       const std::function<Result<>(Guest &)> &work) {
    const auto work_in = [&](LaneKind kind) -> Result<> {
        Notices notices; // known since the guest was inspected
        auto open = H2K_TRY(OpenDisks::open(disks, order_of(run, kind), notices));
        if (!run.request.keys.empty())
            H2K_CHECK(open.lane->open_encrypted(run.request.keys, notices));
        const auto needed = H2K_TRY(mounts(*open.lane));
        H2K_CHECK(open.mount(needed, notices));
        H2K_CHECK(work(*open.guest));
        if (kind == LaneKind::direct)
            H2K_CHECK(open.lane->check_filesystems());
        return open.finish(run.cancel);
    };
    const auto lanes = lanes_for(run);
    for (std::size_t i = 0; i < lanes.size(); ++i) {
        auto done = work_in(lanes[i]);
        if (done || !may_begin_again(run, lanes[i], done.error()))
            return done;
        g_debug("lane %s: %s", name_of(lanes[i]), done.error().message());
        for (std::size_t disk = 0; disk < disks.size(); ++disk) {
            unlink(disks[disk].top.path.c_str());
            H2K_CHECK(run.tools.create_overlay(disks[disk].top.path, below[disk], run.cancel));
        }
    }
    return fail(H2K_ERROR_FAILED, "%s", _("There is no lane to the guest's file systems."));
}

} // namespace h2k
