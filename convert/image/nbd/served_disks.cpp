// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/image/nbd/served_disks.h"

namespace h2k {

Result<ServedDisks> ServedDisks::start(const std::vector<Disk> &disks, const std::string &folder,
                                       const std::optional<PrivateUser> &user, GCancellable *cancel) {
    ServedDisks served;
    for (const auto &disk : disks) {
        const auto socket = folder + "/disk" + std::to_string(served.servers_.size());
        served.servers_.push_back(H2K_TRY(DiskServer::start(disk, socket, user, cancel)));
    }
    return served;
}

std::vector<std::string> ServedDisks::sockets() const {
    std::vector<std::string> paths;
    for (const auto &server : servers_)
        paths.push_back(server.socket());
    return paths;
}

Result<> ServedDisks::finish(GCancellable *cancel) {
    for (auto &server : servers_)
        H2K_CHECK(server.finish(cancel));
    servers_.clear();
    return {};
}

} // namespace h2k
