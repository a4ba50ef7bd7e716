// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/direct/checks/checks.h"
#include "convert/image/nbd/served_disks.h"
#include "tests/support/test_folder.h"
#include <functional>

namespace h2k::test {

/// A file system in the second half of a raw image, below a qcow2 overlay that a real qemu-nbd serves.
class PartDisk {
  public:
    /// @make: writes the file system into the file that it is given, which has @bytes.
    PartDisk(std::uint64_t bytes, const std::function<void(const std::string &file)> &make);
    [[nodiscard]] const PartOfDisks &part() const { return part_; }
    /// The same bytes as runs in another order of the disk: no file system.
    [[nodiscard]] PartOfDisks swapped() const;
    /// What the overlay has at the place of the file system, in a file; it is not served any longer.
    [[nodiscard]] std::string finished();
    [[nodiscard]] std::string folder() const { return folder_.path(); }

  private:
    TestFolder folder_;
    std::uint64_t bytes_;
    std::unique_ptr<ServedDisks> served_;
    PartOfDisks part_;
};

} // namespace h2k::test
