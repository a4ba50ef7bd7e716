// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/direct/disk/disk.h"
#include "convert/direct/program/files/outcome.h"

namespace h2k {

/// Can the ext2, ext3 or ext4 file system in @bytes be opened by libext2fs, for reading or for writing too?  Only with
/// features that it is known to keep right; a file system that was not left clean is refused.
[[nodiscard]] Outcome<> check_ext(Bytes &bytes, bool read_only);

} // namespace h2k
