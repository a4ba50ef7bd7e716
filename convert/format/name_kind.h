// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include <string>

namespace h2k {

/// Recognises files by their names, ignoring case.

/// Without the suffix of a compression: "disk.raw.xz" gives "disk.raw", "x.tgz" gives "x.tar"; others as they are.
[[nodiscard]] std::string without_compression(const std::string &name);
/// Without the suffix of an archive and then that of a disk image: "web.raw.tar" is named for what is in it, too.
[[nodiscard]] std::string without_format(const std::string &name);
/// A disk image, also a compressed one.
[[nodiscard]] bool is_disk_name(const std::string &name);
/// A tar, zip or 7z archive, an OVA or a box of Vagrant, also a compressed one.
[[nodiscard]] bool is_archive_name(const std::string &name);

} // namespace h2k
