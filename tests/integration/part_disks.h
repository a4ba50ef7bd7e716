// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/direct/checks/checks.h"
#include "convert/image/nbd/served_disks.h"
#include "tests/support/test_folder.h"
#include <memory>

namespace h2k::test {

/// A file system on a disk of a real qemu-nbd, on a qcow2 overlay: its second half lies before its first.
class PartDisk {
  public:
    /// @content: a file with the file system, of an even number of bytes.  @user: who alone can connect.
    explicit PartDisk(const std::string &content, const std::optional<PrivateUser> &user = std::nullopt);
    [[nodiscard]] const PartOfDisks &part() const { return part_; }
    /// Another name for the file system with its halves as they lie: none.
    [[nodiscard]] PartOfDisks as_it_lies() const;
    /// Ends the server, and writes what the file system is now into a file.
    [[nodiscard]] std::string finish();

  private:
    TestFolder folder_;
    std::uint64_t half_ = 0;
    std::unique_ptr<ServedDisks> served_;
    PartOfDisks part_;
};

} // namespace h2k::test
