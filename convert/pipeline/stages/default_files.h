// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/check/kernel/direct_kernel.h"
#include "convert/model/guest.h"
#include "convert/model/inspection.h"

namespace h2k {

/// The files that the guest starts by default.
struct DefaultFiles {
    std::string kernel;                 ///< path in the guest
    std::vector<std::string> initramfs; ///< likewise, in their order
    std::string arguments;              ///< the command line
};

/// What the boot menus on @storage, the disks of @guest, start by default, with its paths in the guest; null: it is not
/// certain, and @doubt says why.
[[nodiscard]] Result<std::optional<DefaultFiles>> find_default_files(const StorageView &storage,
                                                                     const Inspection &guest, std::string &doubt);

/// Has @mount to be mounted to read @files?
[[nodiscard]] bool needs(const DefaultFiles &files, const Mount &mount);

/// Reads @files into @copy; what cannot be read, or is too long, is its doubt.
[[nodiscard]] Result<> read_default_files(const Guest &guest, const DefaultFiles &files, PreparedCopy &copy);

} // namespace h2k
