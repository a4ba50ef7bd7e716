// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/error.h"

namespace h2k {

struct Run;

// The steps that a route is made of.  Each says what it needs of the run and what it adds.

// describe.cpp
/// Adds the carry plan and its disks.
[[nodiscard]] Result<> describe_source(Run &run);
/// Creates a work folder below the temporary folder, and gives each disk its paths in it.
[[nodiscard]] Result<> make_work_folder(Run &run);

// target.cpp
/// Opens the target, and libvirt where it is needed; adds what its host offers; refuses a domain name that is in use.
[[nodiscard]] Result<> choose_target(Run &run);
/// Refuses a target that cannot hold the result, before a byte is copied.
[[nodiscard]] Result<> require_free_target(Run &run);
/// Refuses a host on which the planned domain could not start.
[[nodiscard]] Result<> require_capable_host(Run &run);
/// Like make_work_folder(), on the target's own file system.
[[nodiscard]] Result<> make_work_folder_at_target(Run &run);

// fetch.cpp
/// Checks that each file of the source can be read, and unpacks what is packed.
[[nodiscard]] Result<> fetch_disks(Run &run);
/// Refuses a source that changed since it was checked, by mistake or in an attack.
[[nodiscard]] Result<> require_same_source(Run &run);

// flatten.cpp
/// Creates an overlay over each disk.
[[nodiscard]] Result<> make_overlays(Run &run);

// inspect.cpp
/// Opens the overlays, mounts the guest and adds what it is.
[[nodiscard]] Result<> open_guest(Run &run);
/// Completes the overlays without a check of the file systems.
[[nodiscard]] Result<> leave_guest(Run &run);

// plan.cpp
/// Adds the repair plan, and whether scripts wait for the guest's first start.
[[nodiscard]] Result<> make_repair_plan(Run &run);
/// Adds how each fixer ended; refuses a machine that libvirt could not describe.
[[nodiscard]] Result<> check_repair_plan(Run &run);

// fix.cpp
/// Makes the plan's changes in the guest, checks its file systems and completes the overlays; adds what was done.
[[nodiscard]] Result<> repair_guest(Run &run);

// convert.cpp
/// Makes the result of each disk, and verifies the checksums that a manifest has of its source.
[[nodiscard]] Result<> convert_disks(Run &run);

// isos.cpp
/// Makes the ISO images of the result.
[[nodiscard]] Result<> make_isos(Run &run);
/// Gives them their final names.
[[nodiscard]] Result<> publish_isos(Run &run);

// validate.cpp
/// Checks the images that were made.
[[nodiscard]] Result<> check_results(Run &run);

// boot.cpp
/// Boots the results; adds the evidence.  A test that cannot be carried out proves nothing, and is no failure yet.
[[nodiscard]] Result<> boot_results(Run &run);
/// Boots the disks as they are; adds the evidence.  A guest that does not come up is H2K_ERROR_NOT_PROVEN.
[[nodiscard]] Result<> boot_source(Run &run);
/// H2K_ERROR_NOT_PROVEN where the guest did not come up in boot_results().
[[nodiscard]] Result<> require_proof(Run &run);

// publish.cpp
/// Gives all that was made its final name, and defines the domain.
[[nodiscard]] Result<> publish_results(Run &run);
/// Removes what was published, unless all of it was.
void withdraw_results(Run &run);

} // namespace h2k
