// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/model/guest.h"
#include "convert/model/inspection.h"
#include <string_view>

namespace h2k {

/// Appliance names of the file systems that hold an operating system's root, in device order.
/// Windows is not among them.
[[nodiscard]] Result<std::vector<std::string>> find_roots(const StorageView &storage);
/// Does an NTFS file system hold an installed Windows?  Other file systems are not read.
[[nodiscard]] Result<bool> holds_windows(const StorageView &storage);
/// The root to repair, and why this one of several.
struct ChosenRoot {
    std::string device; ///< appliance name; empty: no system is recognised
    std::string why;    ///< a sentence; empty where there was no choice
};
/// The value of --root for disks that are converted as they are.
inline constexpr std::string_view no_root = "none";
/// @named: the device with the root, in any spelling; empty: chosen by rule; no_root: none.  Of several roots, the one
/// that the boot loaders start by default, if they name one; else the largest on the first disk that has one. No root
/// where nothing is recognised; H2K_ERROR_SOURCE, with a sentence that says why, if @named has none, or there is only
/// Windows or what a key would open, or nothing at all.
[[nodiscard]] Result<ChosenRoot> choose_root(const StorageView &storage, const std::string &named = {});
/// What the guest mounts, "/" first, then by depth: its fstab read from @root, each spelling resolved among @devices,
/// which are as devices_as_named_on() gives them.
/// Entries of missing devices are left out; so are swap, network and pseudo file systems, and what is mounted only on
/// demand, except below /boot.  At most 64 are returned; inspect() warns of the rest.  Of the options only those that
/// choose what is seen are kept, such as subvol=.
[[nodiscard]] Result<std::vector<Mount>> plan_mounts(const StorageView &storage,
                                                     const std::vector<BlockDevice> &devices, const std::string &root);
/// What the mounted guest is; without @mounts, of a system that is not recognised, only what its disks are.  Reads
/// files; no program of the guest is run.
[[nodiscard]] Result<Inspection> inspect(const GuestView &guest, std::vector<BlockDevice> devices,
                                         std::vector<Mount> mounts);

} // namespace h2k
