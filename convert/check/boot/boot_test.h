// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/progress.h"
#include "convert/check/evidence/boot_evidence.h"
#include "convert/check/kernel/direct_kernel.h"
#include "convert/model/guest.h"
#include "convert/model/request.h"
#include "domain/domain_xml.h"
#include <functional>

namespace h2k {

struct BootTestOrder {
    DomainSpec domain; ///< its disks are the finished images, which are never written
    BootTest mode = BootTest::probe;
    std::string init = "systemd"; ///< Inspection::init; the probe needs systemd, another guest is only observed
    bool first_boot = false;      ///< it has scripts for its first boot; the boot test keeps them from running
    unsigned timeout = 600;       ///< seconds from power-on
    bool use_kvm = false;
    BootNetwork network = BootNetwork::isolated;
    std::vector<DiskKey> keys; ///< typed if the guest asks for a passphrase on its serial console
    std::string work;          ///< private folder for the overlays
    std::string evidence;      ///< folder for serial log and screenshot of a failed boot
    /// Applies the changes to the throw-away overlays @disks: the probe, or what holds back the scripts of the first
    /// boot if no probe is possible.  With BootTest::quick, also reads what the guest starts by default there.
    std::function<Result<PreparedCopy>(const std::vector<Disk> &disks, const std::vector<Change> &changes)> prepare;
};

/// Boots a throw-away overlay of a result in a transient domain and collects evidence.
/// With BootTest::quick it is started with its own kernel, past firmware and boot loader; where that is not certain,
/// like with BootTest::probe, and a notice says why.  Not proven is a result, not an error; an error means that the
/// test itself could not be carried out. The domain is destroyed and the overlays are removed even if this process is
/// killed.  Requires the program virt-hyper2kvm-boot in the libexec folder, or in $VIRT_HYPER2KVM_LIBEXEC.  What does
/// not affect the proof is reported by Progress::notice().
[[nodiscard]] Result<BootEvidence> boot_test(const BootTestOrder &order, Progress &progress, GCancellable *cancel);

} // namespace h2k
