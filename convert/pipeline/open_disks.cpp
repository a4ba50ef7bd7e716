// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/pipeline/open_disks.h"

namespace h2k {

namespace {

std::vector<unsigned> sector_bytes_of(const std::vector<Disk> &disks) {
    std::vector<unsigned> all;
    for (const auto &disk : disks)
        all.push_back(disk.sector_bytes);
    return all;
}

Result<std::unique_ptr<Lane>> open_lane(const std::vector<std::string> &sockets, const std::vector<Disk> &disks,
                                        const OpeningOrder &order, Notices &notices) {
    if (order.kind == LaneKind::direct)
        return order.tools.open_direct(
            {.sockets = sockets, .sector_bytes = sector_bytes_of(disks), .changes = order.changes}, order.cancel);
    return H2K_TRY(order.tools.launch({.disks = sockets,
                                       .sector_bytes = sector_bytes_of(disks),
                                       .use_kvm = order.tools.kvm_works(),
                                       .longest_program = order.longest_program},
                                      notices, order.cancel));
}

} // namespace

Result<OpenDisks> OpenDisks::open(const std::vector<Disk> &disks, const OpeningOrder &order, Notices &notices) {
    OpenDisks open{.kind = order.kind, .sockets = {}, .served = {}, .lane = {}, .guest = {}};
    open.sockets = H2K_TRY(WorkFolder::create(work_parent()));
    open.served = H2K_TRY(order.tools.serve(disks, open.sockets->path(), std::nullopt, order.cancel));
    open.lane = H2K_TRY(open_lane(open.served->sockets(), disks, order, notices));
    return open;
}

Result<> OpenDisks::mount(const std::vector<Mount> &mounts, Notices &notices) {
    guest = H2K_TRY(lane->mount(mounts, notices));
    return {};
}

Result<> OpenDisks::finish(GCancellable *cancel) {
    guest.reset();
    H2K_CHECK(lane->close());
    lane.reset();
    return served->finish(cancel);
}

} // namespace h2k
