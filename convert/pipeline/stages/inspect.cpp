// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/inspect/inspect.h"
#include "convert/inspect/device_names.h"
#include "convert/inspect/firmware.h"
#include "convert/pipeline/run.h"
#include "convert/pipeline/stages/stages.h"

namespace h2k {

namespace {

Result<> launch(Run &run, Notices &notices) {
    std::vector<Disk> disks;
    for (const auto &disk : run.disks)
        disks.push_back(disk.overlay);
    run.sockets = H2K_TRY(WorkFolder::create(work_parent()));
    run.served = H2K_TRY(run.tools.serve(disks, run.sockets->path(), std::nullopt, run.cancel));
    run.appliance = H2K_TRY(run.timed("launch", [&] {
        return run.tools.launch({.disks = run.served->sockets(),
                                 .sector_bytes = sector_bytes_of(disks),
                                 .use_kvm = run.tools.kvm_works(),
                                 .longest_program = std::chrono::seconds{run.request.program_timeout}},
                                notices, run.cancel);
    }));
    H2K_CHECK(run.timed("devices", [&] { return run.appliance->devices(); }));
    return {};
}

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

} // namespace

std::vector<unsigned> sector_bytes_of(const std::vector<Disk> &disks) {
    std::vector<unsigned> all;
    for (const auto &disk : disks)
        all.push_back(disk.sector_bytes);
    return all;
}

Result<> open_guest(Run &run) {
    Notices notices;
    H2K_CHECK(launch(run, notices));
    auto &appliance = *run.appliance;
    const auto &request = run.request;
    if (!request.keys.empty())
        H2K_CHECK(run.timed("open", [&] { return appliance.open_encrypted(request.keys, notices); }));
    const auto root = H2K_TRY(run.timed("root", [&] { return choose_root(appliance, request.root); }));
    if (!root.why.empty())
        notices.warn("guest.several-systems", root.why);
    const auto boot_code = H2K_TRY(find_boot_code(appliance));
    auto devices = H2K_TRY(devices_as_named_on(appliance, root.device, wwns_of(run)));
    const auto mounts =
        root.device.empty() ? std::vector<Mount>{} : H2K_TRY(plan_mounts(appliance, devices, root.device));
    run.guest = H2K_TRY(run.timed("mount", [&] { return appliance.mount(mounts, notices); }));
    auto facts = H2K_TRY(run.timed("read", [&] { return inspect(*run.guest, std::move(devices), mounts); }));
    facts.boot_code = boot_code;
    facts.notices.put_first(notices);
    facts.notices.add(run.guest->notices());
    run.say(facts.notices);
    run.inspection = std::move(facts);
    return {};
}

Result<> leave_guest(Run &run) {
    run.guest.reset();
    H2K_CHECK(run.appliance->close());
    run.appliance.reset();
    H2K_CHECK(run.served->finish(run.cancel));
    run.served.reset();
    run.sockets.reset();
    return {};
}

} // namespace h2k
