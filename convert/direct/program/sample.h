// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/descriptor.h"
#include "convert/direct/disk/disk.h"
#include <string>
#include <vector>

namespace h2k {

/// What libblkid looks at of a device, as a sparse file in memory of the device's size: libblkid reads descriptors
/// only. All else reads as zeros.  Where libblkid 2.38 and later look for signatures (libblkid/src/superblocks,
/// partitions):
/// - in the first 512 KiB, farthest ZFS's second label; at 1 MiB VMFS, at 2 MiB VMFS and bcachefs; LUKS2's second
/// header
///   at powers of two up to 4 MiB;
/// - in the last MiB: MD RAID 0.90 within 128 KiB, ZFS's last labels within 768 KiB, bcachefs at 1 MiB; of whole disks
///   and volumes also BIOS RAIDs, farthest Promise's at 3087 sectors;
/// - where the start of the device says.  far_ranges() gives these of FAT, exFAT, NTFS and BitLocker, table_ranges()
///   those of partition tables.  HFS, BeFS and UDF are refused (see needs_more()).
class Sample {
  public:
    struct Range {
        std::uint64_t offset = 0, length = 0;
    };

    [[nodiscard]] static Result<Sample> make();
    /// Forgets what it had, and takes the start of @device.
    [[nodiscard]] Result<> take(Bytes &device);
    /// Adds the other places of @device where there may be a signature, in its last @last_bytes and before.
    [[nodiscard]] Result<> add_signatures(Bytes &device, std::uint64_t last_bytes);
    /// Adds @range of @device, what there is of it.
    [[nodiscard]] Result<> add(Bytes &device, Range range);
    /// The first bytes of the device, at most first_bytes.
    [[nodiscard]] const std::string &start() const noexcept { return start_; }
    [[nodiscard]] int fd() const noexcept { return file_.get(); }
    static constexpr std::size_t first_bytes = 512u << 10;
    /// Bytes of a device that are kept at a time; more is H2K_ERROR_FAILED.  The limit on a file's size cannot be used:
    /// it holds for the end of what is written, wherever the file has holes.
    static constexpr std::uint64_t most_kept = 64u << 20;

  private:
    explicit Sample(Descriptor file) : file_(std::move(file)) {}
    [[nodiscard]] Result<> put(std::uint64_t offset, std::string_view bytes);
    Descriptor file_;
    std::string start_;
    std::uint64_t kept_ = 0; ///< at least what the file takes
};

/// What libblkid reads of @device beside its start and its end, because the start, which @start is, says so.
[[nodiscard]] Result<std::vector<Sample::Range>> far_ranges(Bytes &device, std::string_view start);

/// Does @start look like a file system of which libblkid follows structures that far_ranges() does not?
[[nodiscard]] bool needs_more(std::string_view start);

} // namespace h2k
