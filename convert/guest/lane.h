// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/notice.h"
#include "convert/model/guest.h"
#include "convert/model/inspection.h"
#include "convert/model/request.h"
#include <memory>

namespace h2k {

/// A way to the file systems of a guest, over all its disks: read, mounted, changed, trimmed, closed.
class Lane : public StorageView {
  public:
    /// Opens the encrypted devices that @keys are for, before mount(); devices() then has what they hold.  A key that
    /// opens nothing adds a notice.
    [[nodiscard]] virtual Result<> open_encrypted(const std::vector<DiskKey> &keys, Notices &notices) = 0;
    /// Mounts @mounts in their order; the guest is valid until close().  A mount other than "/" that fails is left out
    /// with a notice.  Without any, the guest has no files and nothing in it can be changed.
    [[nodiscard]] virtual Result<std::unique_ptr<Guest>> mount(const std::vector<Mount> &mounts, Notices &notices) = 0;
    /// Drops unused blocks of every mounted file system and of swap; what cannot be trimmed is skipped.
    [[nodiscard]] virtual Result<> trim() = 0;
    /// Unmounts all, checks each file system that was mounted read-only (no repair), and returns notices of
    /// damage.
    [[nodiscard]] virtual Result<Notices> check_filesystems() = 0;
    /// Syncs and shuts the lane down; the images are complete once this succeeded.
    [[nodiscard]] virtual Result<> close() = 0;
};

/// ext2, ext3 or ext4?
[[nodiscard]] bool is_ext(const BlockDevice &device);
/// May there be a file system that can be mounted on @device?
[[nodiscard]] bool may_have_files(const BlockDevice &device);

} // namespace h2k
