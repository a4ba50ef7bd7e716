// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/guest/lane.h"
#include <chrono>

namespace h2k {

/// One launch of the libguestfs appliance over all disks of a guest: the lane for every guest.
class Appliance : public Lane {
  public:
    struct Order {
        std::vector<std::string> disks;       ///< sockets on which each is served by NBD; the appliance opens no image
        std::vector<unsigned> sector_bytes{}; ///< of each disk: of a logical sector; 512 where it is not there
        bool use_kvm = false;                 ///< else TCG
        std::chrono::seconds longest_program = std::chrono::minutes{30}; ///< that a program of the guest may run
    };
    /// A cancelled @cancel ends the appliance at once, in whatever call it is.
    [[nodiscard]] static Result<std::unique_ptr<Appliance>> launch(const Order &order, Notices &notices,
                                                                   GCancellable *cancel);
};

} // namespace h2k
