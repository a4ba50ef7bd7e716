// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/direct/program/ext/volume.h"
#include "convert/direct/program/files/file_system.h"

namespace h2k {

/// Extended attributes of the inode @number, with their values as they are stored.
[[nodiscard]] Outcome<Attributes> read_attributes(const ExtVolume &volume, ext2_ino_t number);
/// Sets one.  ENOSPC: the inode and its block cannot hold it, and nothing has changed.
[[nodiscard]] Outcome<> write_attribute(ExtVolume &volume, ext2_ino_t number, const std::string &name,
                                        std::string_view value);
/// Gives up those of the inode @number, which has no name any more; @inode then has none.
[[nodiscard]] Outcome<> free_attributes(ExtVolume &volume, ext2_ino_t number, ExtInode &inode);

/// Is there an access control list, which the mode is a part of?
[[nodiscard]] Outcome<bool> has_access_list(const ExtVolume &volume, ext2_ino_t number);
/// Is there one for what is made in this folder?
[[nodiscard]] Outcome<bool> has_default_list(const ExtVolume &volume, ext2_ino_t number);

} // namespace h2k
