// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/model/machine.h"
#include "fixers/linux/guest_nics.h"
#include <set>

namespace h2k {

/// An interface of the guest and the target's card that becomes it.
struct NicPair {
    GuestNic guest;
    std::string mac;    ///< of the target's card
    std::string driver; ///< Linux's for the target's card; empty where the model is not known
};

struct NicPairs {
    std::vector<NicPair> pairs;
    std::vector<GuestNic> left; ///< interfaces for which the target has no card

    /// The pair of @use: by its name, or for a nameless one by its MAC.  Null: none.
    [[nodiscard]] const NicPair *find(std::string_view name, std::string_view mac) const;
    [[nodiscard]] const NicPair *with_mac(std::string_view mac) const;
};

/// Joins those whose MAC is the same, then the rest in their order.
[[nodiscard]] NicPairs pair_nics(const std::vector<GuestNic> &guest, const std::vector<Nic> &target);

} // namespace h2k
