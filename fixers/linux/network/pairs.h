// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/model/machine.h"
#include "convert/network/guest_nics.h"
#include <optional>

namespace h2k {

/// An interface of the guest and the target's card that becomes it.
struct NicPair {
    GuestNic guest;
    std::string mac;        ///< of the target's card
    std::string driver;     ///< Linux's for the target's card; empty for an unknown model
    unsigned slot = 0;      ///< Nic::slot
    bool as_before = false; ///< the name is known from the old machine, whichever files use it
};

struct NicPairs {
    std::vector<NicPair> pairs;
    std::vector<GuestNic> left;     ///< interfaces for which the target has no card
    std::vector<std::string> cards; ///< MACs of all the target's cards, in their order
    std::vector<NicPair> unnamed;   ///< the target's cards that no interface of the guest became

    /// The pair of @use: by its name, or for a nameless one by its MAC.  Null: none.
    [[nodiscard]] const NicPair *find(std::string_view name, std::string_view mac) const;
    [[nodiscard]] const NicPair *with_mac(std::string_view mac) const;
};

/// A card's default name on libvirt's machines.
inline constexpr const char *default_card_name = "enp1s0";

/// Is @name one of those that @patterns are for?
[[nodiscard]] bool fits(const NamePatterns &patterns, const std::string &name);

/// Cards without a name in the guest get one where a pattern of its configuration ("ens*") requires it; a pattern that
/// no card fits adds a warning to @files.
void name_by_patterns(NicFiles &files, NicPairs &pairs);

/// N of "ethN"; nullopt: not a name that the kernel gives.
[[nodiscard]] std::optional<std::size_t> kernel_index(std::string_view name);

/// Pairs those with the same MAC, then those named after the slot that a card had, then eth0, eth1 … with the cards to
/// which the kernel gives these names, then the rest in their order.
[[nodiscard]] NicPairs pair_nics(const std::vector<GuestNic> &guest, const std::vector<Nic> &target);

} // namespace h2k
