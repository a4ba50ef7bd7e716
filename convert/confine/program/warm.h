// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/error.h"
#include "convert/confine/program/orders.h"

namespace h2k {

/// Where libguestfs starts the appliance, and not only asks QEMU what it can do: makes the command line one that
/// restores a recording, whose files are opened here, for reading.  Or, to learn the command line, notes it and ends. A
/// recording that is not there or does not fit is an error: then nothing starts, and whoever ordered it boots instead.
[[nodiscard]] Result<> start_warm(Orders &orders);

} // namespace h2k
