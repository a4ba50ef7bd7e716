// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/model/guest.h"
#include <span>

namespace h2k {

/// What a boot loader starts when nobody chooses.
struct DefaultEntry {
    std::string root;   ///< what "root=" says
    std::string device; ///< appliance name of the file system with the loader's configuration
    std::string file;   ///< its path there
};

/// The entries that the boot loaders on the first disk start by default: of GRUB2 with its saved entry, its submenus
/// and the Boot Loader Specification, of systemd-boot and of syslinux.  What takes more than reading the files to know
/// is left out.
[[nodiscard]] Result<std::vector<DefaultEntry>> find_default_entries(const StorageView &storage,
                                                                     std::span<const BlockDevice> devices);

} // namespace h2k
