// SPDX-License-Identifier: LGPL-2.1-or-later
#include "fixers/linux/drivers/old_drivers.h"
#include "fixers/linux/fixers.h"

namespace h2k {

Result<Finding> plan_old_drivers(const FixerInput &input) {
    Finding finding;
    H2K_CHECK(plan_module_files(input.guest, input.target, finding));
    H2K_CHECK(plan_x_drivers(input.guest, finding));
    H2K_CHECK(plan_xen_consoles(input.guest, finding));
    H2K_CHECK(plan_shared_folders(input.guest, finding));
    return finding;
}

} // namespace h2k
