// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/error.h"

namespace h2k {

struct Run;

// The steps of a revert that no other route has.  See convert/pipeline/stages/stages.h for the rest.

// check.cpp
/// Refuses what is no result of an import.
[[nodiscard]] Result<> check_images(Run &run);
[[nodiscard]] Result<> require_writable_images(Run &run);
/// Refuses images with an unfinished revert.
[[nodiscard]] Result<> require_finished(Run &run);
/// Finishes a revert that was interrupted while it wrote one of the images.
[[nodiscard]] Result<> finish_interrupted(Run &run);
/// The overlays are created in the state folder, where nobody else can change them.
[[nodiscard]] Result<> make_work_folder_in_state(Run &run);

// plan.cpp
/// Adds the plan: from the journals in the guest, else from the report of the import.
[[nodiscard]] Result<> make_revert_plan(Run &run);

// apply.cpp
/// As repair_guest(), without keeping originals.
[[nodiscard]] Result<> revert_guest(Run &run);

// commit.cpp
/// Writes the overlays into the images.  Until then the images are unchanged; a write that has begun has to be
/// completed, so it cannot be cancelled.
[[nodiscard]] Result<> commit_overlays(Run &run);

} // namespace h2k
