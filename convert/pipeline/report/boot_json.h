// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/check/boot/boot_test.h"
#include "convert/model/json.h"

namespace h2k {

/// The member "boot_test" of a report.
void write_boot_test(JsonWriter &json, const BootEvidence &boot);

} // namespace h2k
