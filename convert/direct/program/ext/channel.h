// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/direct/disk/disk.h"
#include "convert/direct/program/ext/library.h"

namespace h2k {

/// Opens the ext2, ext3 or ext4 file system in @bytes, which must outlive it, by libext2fs.  @flags: EXT2_FLAG_*.
[[nodiscard]] errcode_t open_on(Bytes &bytes, int flags, Owned<struct_ext2_filsys> &fs);

/// Writes to the Bytes of an open file system only what differs from what is there, as long as it lives: libext2fs
/// writes all bitmaps where one bit has changed.
class OnlyChanges {
  public:
    explicit OnlyChanges(struct_ext2_filsys &fs);
    OnlyChanges(const OnlyChanges &) = delete;
    OnlyChanges &operator=(const OnlyChanges &) = delete;
    ~OnlyChanges();

  private:
    bool &flag_;
};

} // namespace h2k
