// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/model/inspection.h"
#include "fixers/linux/drivers/cloud_sources.h"
#include "fixers/linux/requested_changes.h"

namespace h2k {

/// Keeps what cloud-init would give a new instance, SSH host keys and a host name, where it takes the guest for one
/// since its data source vanished.  @sources: what it is restricted to.
[[nodiscard]] Result<> plan_same_instance(const GuestView &guest, const LinuxFacts &facts, const SourceList &sources,
                                          RequestedChanges &requested);

} // namespace h2k
