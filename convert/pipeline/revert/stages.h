// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/error.h"

namespace h2k {

struct Run;

// The steps of a revert that no other route has.  See convert/pipeline/stages/stages.h for the rest.

// check.cpp
/// Refuses what is no result of an import, and images with an unfinished revert.
[[nodiscard]] Result<> check_images(Run &run);
[[nodiscard]] Result<> require_writable_images(Run &run);
/// Each overlay is created in the folder of its image, so that a rename can put it beside that.
[[nodiscard]] Result<> make_work_folders_beside_images(Run &run);

// plan.cpp
/// Adds the plan: from the journals in the guest, else from the report of the import.
[[nodiscard]] Result<> make_revert_plan(Run &run);

// apply.cpp
/// Makes the plan's changes in the guest, without keeping originals; adds what was done.
[[nodiscard]] Result<> apply_revert(Run &run);

// commit.cpp
/// Writes the overlays into the images.  Until then the images are unchanged; a write that has begun has to be
/// completed, so it cannot be cancelled.
[[nodiscard]] Result<> commit_overlays(Run &run);

} // namespace h2k
