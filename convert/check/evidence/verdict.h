// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/notice.h"
#include "convert/check/evidence/boot_evidence.h"
#include "convert/check/evidence/probe_dialogue.h"
#include "convert/model/machine.h"

namespace h2k {

/// What it is worth that a guest came up, or that it did not.
[[nodiscard]] BootGrade grade_of(bool came_up, StartedBy start);

/// Fills @evidence, whose start is known, from a dialogue that is over, with grade and why: a report that is the
/// probe's, a root file system on virtio if @bus, that of the domain's disks, is virtio, and every required mount of
/// fstab and of mount units. Returns notices about what does not affect the proof.
[[nodiscard]] Notices judge(const ProbeDialogue &probe, Bus bus, BootEvidence &evidence);

/// Sentences: what a start past firmware and boot loader does not show.
[[nodiscard]] std::string what_a_direct_start_leaves_open(const BootEvidence &evidence);

/// A sentence: what a proof is worth where the guest itself may be hostile.
[[nodiscard]] std::string what_a_proof_is_worth(bool by_probe);

} // namespace h2k
