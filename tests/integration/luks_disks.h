// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/appliance/handle.h"
#include "convert/model/request.h"
#include "convert/model/storage.h"
#include "tests/integration/served.h"
#include "tests/support/test_folder.h"

namespace h2k::test {

constexpr const char *passphrase = "right \xc3\xb6ne";

/// A disk with a LUKS1 partition of 40 MiB at 1 MiB and a LUKS2 one behind it, and one that is LUKS1 as a whole, as
/// cryptsetup makes them; nothing is in them.
class LuksDisks {
  public:
    LuksDisks();
    /// Puts a root on the first, and a volume group with a root and swap on the last, by the kernel of an appliance.
    /// Returns what that lists then, closed and open with @keys.
    std::pair<std::vector<BlockDevice>, std::vector<BlockDevice>> fill(const std::vector<DiskKey> &keys);

    /// The disks, on overlays that nothing was written to.
    [[nodiscard]] std::vector<Disk> overlays();
    /// What overlays() made last, as raw images with what was written.
    [[nodiscard]] std::vector<std::string> written() const;
    /// What is in the LUKS1 volume at @offset of the raw image @disk, in a file.
    [[nodiscard]] std::string decrypted(const std::string &disk, std::uint64_t offset, std::uint64_t bytes) const;

    static constexpr std::uint64_t start = 1u << 20, part_bytes = 40u << 20, disk_bytes = 96u << 20;

  private:
    TestFolder folder_;
    std::vector<std::string> raw_;
    int made_ = 0;
};

} // namespace h2k::test
