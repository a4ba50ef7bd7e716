// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include <string>
#include <vector>

namespace h2k {

/// Evidence of a boot, all from inside the guest or from its console.
struct BootEvidence {
    bool proven = false;
    std::string method;                      ///< "probe" or "observe"
    std::string accelerator;                 ///< "kvm" or "tcg"
    std::string network;                     ///< "isolated" or "host"
    double seconds = 0;                      ///< from power-on to the proof
    std::string root_device;                 ///< "/dev/vda1"
    std::string root_driver;                 ///< "virtio_blk"
    std::string kernel;                      ///< running release
    std::vector<std::string> mounts;         ///< "PATH DEVICE TYPE"
    std::vector<std::string> missing_mounts; ///< mount points of fstab and of units that are not mounted
    std::vector<std::string> addresses;      ///< "NAME ADDRESS/PREFIX"
    std::vector<std::string> nics;           ///< "NAME MAC DRIVER"
    std::vector<std::string> failed_units;
    std::vector<std::string> given_up_units; ///< not started, since what they wait for did not come
    std::string why;                         ///< a sentence: what proved the boot, or what was seen instead
    std::string trust;      ///< a sentence: what that is worth if the guest is hostile; only if it is proven
    std::string serial_log; ///< path in the evidence folder; only if the boot was not proven
    std::string screenshot; ///< PNG, likewise
};

} // namespace h2k
