// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/appliance/order.h"
#include "convert/guest/lane.h"

namespace h2k {

/// One launch of the libguestfs appliance over all disks of a guest: the lane for every guest.
class Appliance : public Lane {
  public:
    using Order = ApplianceOrder;
    /// A cancelled @cancel ends the appliance at once, in whatever call it is.
    [[nodiscard]] static Result<std::unique_ptr<Appliance>> launch(const Order &order, Notices &notices,
                                                                   GCancellable *cancel);
};

} // namespace h2k
