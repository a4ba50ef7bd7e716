// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/inspect/boot/entry_kernels.h"
#include "convert/model/guest.h"
#include <span>

namespace h2k {

/// What a boot loader starts when nobody chooses.
struct DefaultEntry {
    std::string root;                  ///< what "root=" says
    std::string device;                ///< appliance name of the file system with the loader's configuration
    std::string file;                  ///< its path there
    std::optional<EntryKernel> kernel; ///< null: it does not follow from the files alone
};

/// The entries that the boot loaders on the first disk start by default: of GRUB2 with its saved entry, its submenus
/// and the Boot Loader Specification, of systemd-boot and of syslinux.  What takes more than reading the files to know
/// is left out.
[[nodiscard]] Result<std::vector<DefaultEntry>> find_default_entries(const StorageView &storage,
                                                                     std::span<const BlockDevice> devices);

/// What the guest starts by default, or why that is not certain.
struct DefaultKernel {
    std::optional<EntryKernel> kernel;
    std::string doubt; ///< a sentence, without a kernel
};
/// The kernel, the initramfs and the command line that all boot loaders on the first disk agree on, GRUB 0.97 among
/// them.
[[nodiscard]] Result<DefaultKernel> find_default_kernel(const StorageView &storage,
                                                        std::span<const BlockDevice> devices);

} // namespace h2k
