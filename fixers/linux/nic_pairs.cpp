// SPDX-License-Identifier: LGPL-2.1-or-later
#include "fixers/linux/nic_pairs.h"
#include "fixers/linux/nic_files.h"
#include <algorithm>

namespace h2k {

namespace {

std::string driver_of(const std::string &model) {
    if (model.empty() || model == "virtio")
        return "virtio_net";
    if (model == "rtl8139")
        return "8139cp";
    return model.starts_with("e1000") ? model : std::string{};
}

} // namespace

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

NicPairs pair_nics(const std::vector<GuestNic> &guest, const std::vector<Nic> &target) {
    std::vector<const Nic *> cards;
    for (const auto &nic : target)
        if (!normal_mac(nic.mac).empty())
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
        give(i, [&](const Nic *nic) { return normal_mac(nic->mac) == guest[i].mac; });
    for (std::size_t i = 0; i < guest.size(); ++i)
        give(i, [](const Nic *) { return true; });
    NicPairs result;
    for (std::size_t i = 0; i < guest.size(); ++i)
        if (chosen[i])
            result.pairs.push_back({guest[i], normal_mac(chosen[i]->mac), driver_of(chosen[i]->model)});
        else
            result.left.push_back(guest[i]);
    return result;
}

} // namespace h2k
