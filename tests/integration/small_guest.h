// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include <string>

namespace h2k::test {

/// A disk of 320 MiB made by mke2fs and sfdisk: sda1 "/", ext4; sda2 "/boot", ext4, with one damaged inode; sda3 swap;
/// sda4 nothing.  Its files are what the appliance test asks about.  A host file that no link of it may reach is
/// FOLDER/secret.
/// Returns what is missing here to make it; empty: it is made, at FOLDER/disk.raw.
[[nodiscard]] std::string make_small_guest(const std::string &folder);

} // namespace h2k::test
