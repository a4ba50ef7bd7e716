// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/progress.h"
#include "convert/check/evidence/boot_evidence.h"
#include "convert/model/guest.h"
#include "convert/model/request.h"
#include "domain/domain_xml.h"
#include <functional>

namespace h2k {

struct BootTestOrder {
    DomainSpec domain; ///< disks name the finished images; never written
    BootTest mode = BootTest::probe;
    std::string init = "systemd"; ///< Inspection::init; the probe needs systemd, another guest is only observed
    bool first_boot = false;      ///< scripts wait in it for the first start; the probe holds them back
    unsigned timeout = 600;       ///< seconds from power-on
    bool use_kvm = false;
    std::vector<DiskKey> keys; ///< typed where the guest asks for a passphrase on its serial console
    std::string work;          ///< private folder for the overlays
    std::string evidence;      ///< folder that keeps serial log and screenshot of a failed boot
    /// Puts the probe, or what holds scripts back where there can be no probe, into the throw-away overlays (which
    /// @disks now name): opens, mounts, applies the changes.
    std::function<Result<>(const std::vector<Disk> &disks, const std::vector<Change> &changes)> prepare;
};

/// Boots a throw-away overlay of a result in a transient domain and collects evidence.
/// Not proven is a result, not an error; an error means that the test itself could not be carried out.
/// Whatever happens to us, the domain ends and the overlays go.  Needs our program virt-hyper2kvm-boot in the libexec
/// folder, or in $VIRT_HYPER2KVM_LIBEXEC.  What does not matter to the proof is told by Progress::warn().
[[nodiscard]] Result<BootEvidence> boot_test(const BootTestOrder &order, Progress &progress, GCancellable *cancel);

} // namespace h2k
