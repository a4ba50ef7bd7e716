// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/source/archive/members.h"

namespace h2k {

/// A single disk image that is compressed: "disk.raw.xz".
[[nodiscard]] const PackageKind &compressed_image_kind();
/// A tar, zip or 7z archive, compressed or not: a machine with its disks, or disk images.
[[nodiscard]] const PackageKind &archive_kind();

/// The machine that a member of @archive describes, an OVF descriptor or else any other; null without one.  Several are
/// H2K_ERROR_SOURCE.
[[nodiscard]] Result<std::optional<CarryPlan>> describe_machine(const Archive &archive, const Request &request);

/// Warns of the members that describe a machine but for @used, which may be null.
void warn_of_unused_descriptions(const Archive &archive, const ArchiveMember *used, Notices &notices);

/// Adds the disk images of @archive to @plan in the order of their names: those with the name of one, or else the one
/// large member that starts as one.
[[nodiscard]] Result<> add_archived_images(const Archive &archive, const Fence &fence, CarryPlan &plan);

} // namespace h2k
