// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/error.h"

namespace h2k {

struct Run;

// The steps that a route is made of.  Each says what it needs of the run and what it adds.

// describe.cpp
/// Adds the first plan and its disks.
[[nodiscard]] Result<> describe_source(Run &run);
/// Opens a work folder where nothing else decides on the place, and gives each disk its paths in it.
[[nodiscard]] Result<> make_work_folder(Run &run);

// target.cpp
/// Opens the target, and libvirt where it is needed; refuses a domain that there is already.
[[nodiscard]] Result<> choose_target(Run &run);
/// Refuses a target that cannot take the result, before a byte is copied.
[[nodiscard]] Result<> require_free_target(Run &run);
/// Like make_work_folder(), on the target's own file system.
[[nodiscard]] Result<> make_work_folder_at_target(Run &run);

// fetch.cpp
/// Checks that each file of the source can be read, and unpacks what is packed.
[[nodiscard]] Result<> fetch_disks(Run &run);
/// What was checked must be what was read: a source that changes under the work is somebody's mistake or attack.
[[nodiscard]] Result<> require_same_source(Run &run);

// flatten.cpp
/// Lays an overlay on each disk.
[[nodiscard]] Result<> make_overlays(Run &run);

// inspect.cpp
/// Starts the appliance, mounts the guest and adds what it is.
[[nodiscard]] Result<> open_guest(Run &run);
/// Closes the appliance unchecked: nothing was written.
[[nodiscard]] Result<> leave_guest(Run &run);

// plan.cpp
/// Adds the second plan, and whether scripts wait for the guest's first start.
[[nodiscard]] Result<> make_repair_plan(Run &run);
/// Adds how each fixer ended; refuses a machine that libvirt could not describe.
[[nodiscard]] Result<> check_repair_plan(Run &run);

// fix.cpp
/// Makes the plan's changes in the guest; adds what was done.
[[nodiscard]] Result<> apply_repair(Run &run);
/// Says what the file systems are like, and has all that was written in the overlays.
[[nodiscard]] Result<> close_guest(Run &run);

// convert.cpp
/// Makes the result of each disk, and verifies what is promised of its source.
[[nodiscard]] Result<> convert_disks(Run &run);

// seed_iso.cpp
/// Makes the ISO image with the request's seed.
[[nodiscard]] Result<> make_seed_iso(Run &run);
/// Gives it its final name.
[[nodiscard]] Result<> publish_seed_iso(Run &run);

// validate.cpp
/// Checks the images that were made.
[[nodiscard]] Result<> check_results(Run &run);

// boot.cpp
/// Boots the results; adds the evidence.  A test that cannot be carried out is no proof, and no failure yet.
[[nodiscard]] Result<> boot_results(Run &run);
/// Boots the disks as they are; adds the evidence.  No proof is H2K_ERROR_NOT_PROVEN.
[[nodiscard]] Result<> boot_source(Run &run);
/// A result that boot_results() has no proof of is H2K_ERROR_NOT_PROVEN.
[[nodiscard]] Result<> require_proof(Run &run);

// publish.cpp
/// Gives all that was made its final name, and defines the domain.
[[nodiscard]] Result<> publish_results(Run &run);
/// After a failure nothing of ours stands under a final name, unless all that was asked for stands there.
void withdraw_results(Run &run);

} // namespace h2k
