// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/notice.h"
#include "convert/model/guest.h"
#include "convert/model/inspection.h"
#include <span>
#include <string>
#include <string_view>

namespace h2k {

/// May a Linux system have its root on a file system of @type?  Everything else is never mounted to look for one.
[[nodiscard]] bool may_hold_root(std::string_view type);
/// Subvolumes that installers make the root, as folders of the file system's top; "" is the top itself.
[[nodiscard]] std::span<const std::string_view> root_subvolumes(std::string_view type);
/// The subvolume of @device that holds a root, "" for the device itself; nullopt: it holds none.
[[nodiscard]] Result<std::optional<std::string>> find_root_on(const StorageView &storage, const BlockDevice &device);

/// An error, which says what opens it, if one of @devices is encrypted and not open.
[[nodiscard]] Result<> require_unlocked(const std::vector<BlockDevice> &devices);
/// An error if @device can never be opened here, or not without a key.
[[nodiscard]] Result<> require_open(const BlockDevice &device);
/// For disks on which no root was found: an error unless they may hold a system that is not recognised, which is then
/// converted as it is.  Windows, encrypted volumes and blank disks are refused.
[[nodiscard]] Result<> require_system(const StorageView &storage);

/// Warns where the mounted guest's fstab was ignored, or names more than plan_mounts() gives.
[[nodiscard]] Result<> warn_of_mounts(const GuestView &guest, const std::vector<BlockDevice> &devices,
                                      const std::vector<Mount> &mounts, Notices &notices);

} // namespace h2k
