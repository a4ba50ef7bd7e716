// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/error.h"
#include "convert/base/notice.h"
#include "convert/model/plans.h"

namespace h2k {

/// Says what machine the files of a request hold: from its own reading of their headers and metadata, never from a
/// guess.  Reads headers only and writes nothing.  What is missing, damaged, unsafe or not supported is
/// H2K_ERROR_SOURCE, and so is a source that takes more processor time than what is stored in it explains.  @cancel may
/// be null.
[[nodiscard]] Result<CarryPlan> describe(const Request &request, GCancellable *cancel = nullptr);

/// Describes a packed disk once it has been unpacked to @path, and its parts beside it: Disk::fetch is null afterwards,
/// and what the package says of the disk stays.  Adds to @notices.  @cancel may be null.
[[nodiscard]] Result<> complete_disk(Disk &disk, const std::string &path, const Request &request, Notices &notices,
                                     GCancellable *cancel = nullptr);

/// Examines a packed ISO image once it has been unpacked to @path: IsoImage::bytes is known afterwards.  False where it
/// is missing or not one, which @machine and @notices get.
[[nodiscard]] Result<bool> complete_iso(Machine &machine, IsoImage &iso, const std::string &path, Notices &notices);

} // namespace h2k
