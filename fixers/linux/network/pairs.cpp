// SPDX-License-Identifier: LGPL-2.1-or-later
#include "fixers/linux/network/pairs.h"
#include "convert/base/i18n.h"
#include "convert/base/mac.h"
#include "convert/base/messages.h"
#include "convert/base/text.h"
#include "convert/network/nic_files.h"
#include "fixers/linux/network/old_scheme.h"
#include <algorithm>
#include <array>
#include <fnmatch.h>

namespace h2k {

namespace {

std::string driver_of(const std::string &model) {
    if (model.empty() || model == "virtio")
        return "virtio_net";
    if (model == "rtl8139")
        return "8139cp";
    return model.starts_with("e1000") ? model : std::string{};
}

NicPair pair_of(const GuestNic &guest, const Nic &card) {
    return {guest, parse_mac(card.mac), driver_of(card.model), card.slot};
}

/// A free name for the card @mac that fits @patterns: the kernel's own, else one that old machines use, in the order of
/// their slots.
std::string name_for(const NamePatterns &patterns, const std::string &mac, const NicPairs &pairs) {
    const auto index = std::ranges::find(pairs.cards, mac) - pairs.cards.begin();
    if (const auto name = "eth" + std::to_string(index); fits(patterns, name) && !pairs.find(name, {}))
        return name;
    constexpr std::array candidates{"ens192", "ens224", "ens256", "ens161", "ens193", "ens225", "ens257",
                                    "ens160", "ens32",  "ens33",  "ens34",  "ens35",  "enp0s3", "enp0s8",
                                    "eno1",   "eno2",   "enX0",   "enX1",   "enp3s0", "enp11s0"};
    for (const std::string name : candidates)
        if (fits(patterns, name) && !pairs.find(name, {}))
            return name;
    return {};
}

} // namespace

bool fits(const NamePatterns &patterns, const std::string &name) {
    return std::ranges::any_of(
        patterns.any_of, [&](const std::string &pattern) { return fnmatch(pattern.c_str(), name.c_str(), 0) == 0; });
}

void name_by_patterns(NicFiles &files, NicPairs &pairs) {
    for (const auto &patterns : files.patterns) {
        if (fits(patterns, default_card_name))
            continue;
        bool taken =
            std::ranges::any_of(pairs.pairs, [&](const NicPair &pair) { return fits(patterns, pair.guest.name); });
        while (!pairs.unnamed.empty()) {
            const auto name = name_for(patterns, pairs.unnamed.front().mac, pairs);
            if (name.empty())
                break;
            pairs.pairs.push_back(std::move(pairs.unnamed.front()));
            pairs.unnamed.erase(pairs.unnamed.begin());
            pairs.pairs.back().guest = {name, {}, patterns.file};
            taken = true;
        }
        if (!taken)
            files.warn(
                "network-names.unmatched-pattern",
                sentence(_("“%s” is for interfaces called “%s”, but no interface of the target can get such a name."),
                         printable(patterns.file).c_str(), printable(join(patterns.any_of, " ")).c_str()));
    }
}

const NicPair *NicPairs::find(std::string_view name, std::string_view mac) const {
    const auto found = std::ranges::find_if(pairs, [&](const NicPair &pair) {
        return name.empty() ? !mac.empty() && pair.guest.mac == mac : pair.guest.name == name;
    });
    return found == pairs.end() ? nullptr : &*found;
}

const NicPair *NicPairs::with_mac(std::string_view mac) const {
    const auto found = std::ranges::find(pairs, mac, &NicPair::mac);
    return found == pairs.end() ? nullptr : &*found;
}

std::optional<std::size_t> kernel_index(std::string_view name) {
    constexpr std::size_t most_digits = 4;
    if (!name.starts_with("eth") || name.size() > 3 + most_digits)
        return std::nullopt;
    return parse_number<std::size_t>(name.substr(3));
}

NicPairs pair_nics(const std::vector<GuestNic> &guest, const std::vector<Nic> &target) {
    std::vector<const Nic *> cards;
    for (const auto &nic : target)
        if (!parse_mac(nic.mac).empty())
            cards.push_back(&nic);
    std::vector<const Nic *> chosen(guest.size(), nullptr);
    const auto give = [&](std::size_t i, auto wanted) {
        const auto card = std::ranges::find_if(cards, wanted);
        if (chosen[i] || card == cards.end())
            return;
        chosen[i] = *card;
        cards.erase(card);
    };
    for (std::size_t i = 0; i < guest.size(); ++i)
        give(i, [&](const Nic *nic) { return parse_mac(nic->mac) == guest[i].mac; });
    for (std::size_t i = 0; i < guest.size(); ++i)
        give(i, [&](const Nic *nic) { return is_name_of_slot(guest[i].name, nic->slot); });
    NicPairs result;
    for (const auto &nic : target)
        if (const auto mac = parse_mac(nic.mac); !mac.empty())
            result.cards.push_back(mac);
    // "eth1" is most likely the kernel's second card, as long as there are enough cards.
    for (std::size_t i = 0; i < guest.size() && guest.size() <= result.cards.size(); ++i)
        if (const auto index = kernel_index(guest[i].name); index && *index < result.cards.size())
            give(i, [&](const Nic *nic) { return parse_mac(nic->mac) == result.cards[*index]; });
    for (std::size_t i = 0; i < guest.size(); ++i)
        give(i, [](const Nic *) { return true; });
    for (const auto *nic : cards)
        result.unnamed.push_back(pair_of({}, *nic));
    for (std::size_t i = 0; i < guest.size(); ++i)
        if (chosen[i])
            result.pairs.push_back(pair_of(guest[i], *chosen[i]));
        else
            result.left.push_back(guest[i]);
    return result;
}

} // namespace h2k
