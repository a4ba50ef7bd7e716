// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/check/evidence/boot_evidence.h"
#include "convert/check/evidence/probe_report.h"
#include <vector>

namespace h2k {

/// Fills @evidence from a complete report, with proven and why: a root file system on virtio, and every mount of fstab
/// that the boot must not miss.  Returns warnings, whole sentences, about what is short of that.
[[nodiscard]] std::vector<std::string> judge(const ProbeReport &report, BootEvidence &evidence);

} // namespace h2k
