// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/notice.h"
#include "convert/model/guest.h"

namespace h2k {

/// Does the guest keep its hardware clock in local time?
[[nodiscard]] Result<bool> is_clock_local(const GuestView &guest, Notices &notices);

} // namespace h2k
