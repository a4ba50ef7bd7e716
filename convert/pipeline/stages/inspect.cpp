// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/inspect/inspect.h"
#include "convert/inspect/device_names.h"
#include "convert/inspect/firmware.h"
#include "convert/pipeline/stages/lanes.h"
#include "convert/pipeline/stages/stages.h"

namespace h2k {

namespace {

/// A serial number that goes on where the world wide name ends is the whole identifier.
std::vector<std::string> wwns_of(const Run &run) {
    std::vector<std::string> wwns;
    for (const auto &disk : run.disks) {
        const auto &serial = disk.source.serial, &wwn = disk.source.wwn;
        wwns.push_back(!wwn.empty() && serial.starts_with(wwn) ? serial : wwn);
    }
    return wwns;
}

Result<std::optional<std::vector<unsigned>>> find_boot_code(const StorageView &storage) {
    const auto sectors = H2K_TRY(storage.first_sectors());
    return sectors.empty() ? std::nullopt : std::optional{disks_with_boot_code(sectors)};
}

/// What the guest of the open overlays is.
Result<> inspect_here(Run &run, Notices &notices) {
    auto &lane = *run.open->lane;
    const auto &request = run.request;
    H2K_CHECK(run.timed("devices", [&] { return lane.devices(); }));
    if (!request.keys.empty())
        H2K_CHECK(run.timed("open", [&] { return lane.open_encrypted(request.keys, notices); }));
    const auto root = H2K_TRY(run.timed("root", [&] { return choose_root(lane, request.root); }));
    if (!root.why.empty())
        notices.warn("guest.several-systems", root.why);
    const auto boot_code = H2K_TRY(find_boot_code(lane));
    auto devices = H2K_TRY(devices_as_named_on(lane, root.device, wwns_of(run)));
    const auto mounts = root.device.empty() ? std::vector<Mount>{} : H2K_TRY(plan_mounts(lane, devices, root.device));
    H2K_CHECK(run.timed("mount", [&] { return run.open->mount(mounts, notices); }));
    auto facts = H2K_TRY(run.timed("read", [&] { return inspect(run.guest(), std::move(devices), mounts); }));
    facts.boot_code = boot_code;
    facts.notices.put_first(notices);
    facts.notices.add(run.guest().notices());
    run.inspection = std::move(facts);
    return {};
}

} // namespace

Result<> open_guest(Run &run) {
    H2K_CHECK(inspect_in_lanes(run, [&](Notices &notices) { return inspect_here(run, notices); }));
    run.say(run.inspection->notices);
    return {};
}

Result<> leave_guest(Run &run) {
    H2K_CHECK(run.open->finish(run.cancel));
    run.open.reset();
    return {};
}

} // namespace h2k
