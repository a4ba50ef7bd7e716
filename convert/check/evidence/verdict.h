// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/notice.h"
#include "convert/check/evidence/boot_evidence.h"
#include "convert/check/evidence/probe_report.h"

namespace h2k {

/// Fills @evidence from a complete report, with proven and why: a root file system on virtio, and every required mount
/// of fstab.  Returns notices about what does not affect the proof.
[[nodiscard]] Notices judge(const ProbeReport &report, BootEvidence &evidence);

} // namespace h2k
