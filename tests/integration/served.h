// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/work_folder.h"
#include "convert/image/nbd/served_disks.h"

namespace h2k::test {

/// A qcow2 image at @path, and the raw one that it lies on; empty: none.
[[nodiscard]] Disk qcow2_disk(const std::string &path, const std::string &below);

/// Disks as an appliance opens them.
class Served {
  public:
    explicit Served(const std::vector<Disk> &disks);
    [[nodiscard]] std::vector<std::string> sockets() const { return disks_.sockets(); }
    void finish();

  private:
    std::unique_ptr<WorkFolder> folder_;
    ServedDisks disks_;
};

} // namespace h2k::test
