// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/model/guest.h"
#include "convert/model/inspection.h"

namespace h2k {

/// Appliance names of the file systems that hold an operating system's root, in device order.
/// Windows is not among them.
[[nodiscard]] Result<std::vector<std::string>> find_roots(const StorageView &storage);
/// Does an NTFS file system hold an installed Windows?  Other file systems are not looked at.
[[nodiscard]] Result<bool> holds_windows(const StorageView &storage);
/// The root to repair, and of several why this one.
struct ChosenRoot {
    std::string device; ///< appliance name
    std::string why;    ///< a sentence; empty where there was no choice
};
/// @wish: the device with the root, in any spelling; empty: the one that there is.  Of several, the one that the boot
/// loaders start by default where they tell, else the largest on the first disk that has one.
/// H2K_ERROR_SOURCE, with a sentence that says why, where there is none, only Windows, or only what cannot be opened.
[[nodiscard]] Result<ChosenRoot> choose_root(const StorageView &storage, const std::string &wish = {});
/// What the guest mounts, "/" first, then by depth: its fstab read from @root, each spelling resolved.
/// Entries of devices that are not there are left out; swap, network and pseudo file systems too, and what is mounted
/// only on demand, except below /boot.  At most 64 come out; inspect() warns of the
/// rest.  Of the options only those that choose what is seen are kept, such as subvol=.
[[nodiscard]] Result<std::vector<Mount>> plan_mounts(const StorageView &storage, const std::string &root);
/// What the mounted guest is.  Reads files; no program of the guest is run.
[[nodiscard]] Result<Inspection> inspect(const GuestView &guest, std::vector<BlockDevice> devices,
                                         std::vector<Mount> mounts);

} // namespace h2k
