// SPDX-License-Identifier: LGPL-2.1-or-later
#include "tests/integration/served.h"
#include "tests/support/test.h"
#include <fcntl.h>

namespace h2k::test {

Disk qcow2_disk(const std::string &path, const std::string &below) {
    Disk disk{.top = {.path = path, .format = DiskFormat::qcow2, .held = unwrap(HeldFile::open(path, O_RDWR))}};
    if (!below.empty())
        disk.below.push_back(
            {.path = below, .format = DiskFormat::raw, .held = unwrap(HeldFile::open(below, O_RDONLY))});
    return disk;
}

Served::Served(const std::vector<Disk> &disks)
    : folder_(unwrap(WorkFolder::create(work_parent()))),
      disks_(unwrap(ServedDisks::start(disks, folder_->path(), std::nullopt, nullptr))) {}

void Served::finish() { unwrap(disks_.finish(nullptr)); }

} // namespace h2k::test
