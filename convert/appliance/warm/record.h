// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/error.h"
#include <string>

namespace h2k {

/// Starts the appliance without a disk of any guest, and keeps it as it is just before libguestfs's daemon runs there.
/// A recording that fits stays.  H2K_ERROR_TARGET where it cannot be kept, or another process records.
[[nodiscard]] Result<> prepare_appliance(GCancellable *cancel);

/// What is recorded, for people: key, size, age, and whether it fits this host.
[[nodiscard]] Result<std::string> appliance_status();

/// Removes what is recorded.
[[nodiscard]] Result<> drop_appliance();

} // namespace h2k
