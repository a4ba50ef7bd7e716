// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include <chrono>
#include <string>
#include <vector>

namespace h2k {

/// How an appliance is started.
struct ApplianceOrder {
    std::vector<std::string> disks;       ///< sockets on which each is served by NBD; the appliance opens no image
    std::vector<unsigned> sector_bytes{}; ///< of each disk: of a logical sector; 512 where it is not there
    bool use_kvm = false;                 ///< else TCG
    std::chrono::seconds longest_program = std::chrono::minutes{30}; ///< that a program of the guest may run
};

} // namespace h2k
