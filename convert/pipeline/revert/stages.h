// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/error.h"

namespace h2k {

struct Run;

// The steps of a revert that no other route has.  See convert/pipeline/stages/stages.h for the rest.

// check.cpp
/// Refuses what an import does not make, and images that a revert was interrupted in.
[[nodiscard]] Result<> check_images(Run &run);
[[nodiscard]] Result<> require_writable_images(Run &run);
/// Each overlay is made in the folder of its image, so that it can be put beside it by a rename.
[[nodiscard]] Result<> make_work_folders_beside_images(Run &run);

// plan.cpp
/// Adds the plan: from the journals in the guest, else from the report of the import.
[[nodiscard]] Result<> make_revert_plan(Run &run);

// take_back.cpp
/// Makes the plan's changes in the guest, without keeping first versions; adds what was done.
[[nodiscard]] Result<> take_back(Run &run);

// commit.cpp
/// Writes the overlays into the images.  Until then the images are as they were; from there on they have to become
/// what the overlays say, so nothing cancels it.
[[nodiscard]] Result<> commit_overlays(Run &run);

} // namespace h2k
