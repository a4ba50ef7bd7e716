// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/image/nbd/disk_server.h"
#include <vector>

namespace h2k {

/// The disks of a machine, each on its own socket.
class ServedDisks {
  public:
    /// @disks: see DiskServer.  @folder: where the sockets are; its path has 90 bytes at most.
    [[nodiscard]] static Result<ServedDisks> start(const std::vector<Disk> &disks, const std::string &folder,
                                                   const std::optional<PrivateUser> &user, GCancellable *cancel);
    /// In the order of the disks.
    [[nodiscard]] std::vector<std::string> sockets() const;
    /// Closes all images: what was written is in them.
    [[nodiscard]] Result<> finish(GCancellable *cancel);

  private:
    std::vector<DiskServer> servers_;
};

} // namespace h2k
