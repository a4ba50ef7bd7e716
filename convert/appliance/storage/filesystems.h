// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/appliance/handle.h"
#include "convert/base/notice.h"
#include "convert/model/inspection.h"
#include <span>

namespace h2k {

/// Gives the blocks that no file uses back to the image: of each mounted file system and of swap, which keeps its UUID
/// and label.  A hibernated system's swap is left alone.  What cannot be trimmed is skipped.
[[nodiscard]] Result<> trim_all(const Handle &handle, std::span<const Mount> mounts,
                                std::span<const BlockDevice> devices);

/// Checks the unmounted file systems of @mounts without writing, and returns a notice of each that is damaged.
/// Kinds that the appliance has no checker for are skipped.
[[nodiscard]] Result<Notices> check_all(const Handle &handle, std::span<const Mount> mounts,
                                        std::span<const BlockDevice> devices);

} // namespace h2k
