// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/error.h"
#include "convert/pipeline/run.h"

namespace h2k {

/// An image that a revert writes, and the overlay that is written into it.
struct UnfinishedImage {
    std::string path; ///< where it was
    std::uint64_t device = 0, inode = 0;
    std::string overlay; ///< a name in the revert's folder
    DiskFormat format{};
    std::uint64_t bytes = 0;
};

/// A revert from the moment when the overlays of all its disks are complete until the last one is in its image.  It is
/// a folder below the state folder, which only our user can write: what lies beside an image is never taken for ours.
struct UnfinishedRevert {
    std::string folder;
    std::vector<UnfinishedImage> images;
};

/// The parent of the folders of reverts; H2K_ERROR_TARGET where others than this user can write it.
[[nodiscard]] Result<std::string> revert_parent();
/// Puts the overlays of all disks into a new folder, or none: from then on the revert has to be finished.
[[nodiscard]] Result<UnfinishedRevert> keep_unfinished(const Run &run);
/// The revert that was interrupted while it wrote one of the @disks.
[[nodiscard]] Result<std::optional<UnfinishedRevert>> find_unfinished(const std::vector<DiskWork> &disks);
/// Writes the overlays into the images, marks those of the run's disks as published, and removes the folder.  An image
/// that is not among the run's disks is opened by its path, and has to be the same file.
[[nodiscard]] Result<> finish_revert(Run &run, const UnfinishedRevert &revert);

} // namespace h2k
