// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/model/overlay.h"
#include "fixers/fixer.h"
#include "tests/support/test.h"

namespace h2k::test {

/// What @plan, a function of a GuestView, finds for @guest.  Planned again over the result, it must want nothing.
template <typename Plan> Finding planned_once(const GuestView &guest, const Plan &plan) {
    const Finding finding = plan(guest);
    Overlay after{guest};
    for (const auto &change : finding.changes)
        unwrap(after.apply(change));
    g_assert_cmpuint(plan(after).changes.size(), ==, 0);
    return finding;
}

} // namespace h2k::test
