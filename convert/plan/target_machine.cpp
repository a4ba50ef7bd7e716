// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/plan/target_machine.h"
#include "convert/base/i18n.h"
#include "convert/base/text.h"
#include "convert/network/guest_nics.h"
#include "domain/domain_xml.h"
#include "fixers/linux/network/old_scheme.h"
#include "fixers/linux/network/pairs.h"
#include <algorithm>
#include <utility>

namespace h2k {

namespace {

/// How many cards the target has.  A machine of which only the disks are known gets one at least.
std::size_t number_of_cards(const Request &request, const Machine &source, std::size_t pinned) {
    if (source.lists_devices && source.nics.empty())
        return request.macs.size();
    return std::max({source.nics.size(), pinned, request.macs.size(), std::size_t{1}});
}

/// MACs in the order of the guest's cards: the source's, filled up with what the guest pins.
std::vector<std::string> known_macs(const Request &request, const Machine &source,
                                    const std::vector<GuestNic> &pinned) {
    std::vector<std::string> macs;
    for (const auto &nic : source.nics)
        macs.push_back(nic.mac);
    macs.resize(number_of_cards(request, source, pinned.size()));
    const auto taken = [&](const std::string &mac) { return std::ranges::find(macs, mac) != macs.end(); };
    const auto fill = [&](std::size_t i, const GuestNic &card) {
        if (macs[i].empty() && !card.mac.empty() && !taken(card.mac))
            macs[i] = card.mac;
    };
    for (std::size_t i = 0; i < source.nics.size(); ++i)
        for (const auto &card : pinned)
            if (is_name_of_slot(card.name, source.nics[i].slot))
                fill(i, card);
    for (std::size_t i = 0; i < pinned.size() && i < macs.size(); ++i)
        fill(i, pinned[i]);
    std::ranges::copy(request.macs, macs.begin());
    return macs;
}

/// Kernels call cards eth0, eth1 … in the order of their slots, and newer guests cannot swap such names when they start
/// (systemd.link(5), "Name="), so a card whose MAC the guest ties to such a name goes to its place.
void order_for_kernel_names(std::vector<Nic> &nics, const std::vector<GuestNic> &pinned) {
    std::vector<const Nic *> places(nics.size(), nullptr);
    std::vector<bool> placed(nics.size(), false);
    for (const auto &card : pinned) {
        const auto index = kernel_index(card.name);
        const auto nic = std::ranges::find_if(nics, [&](const Nic &n) { return !n.mac.empty() && n.mac == card.mac; });
        const auto at = static_cast<std::size_t>(nic - nics.begin());
        if (!index || *index >= nics.size() || nic == nics.end() || places[*index] || placed[at])
            continue;
        places[*index] = &*nic;
        placed[at] = true;
    }
    std::vector<Nic> ordered;
    std::size_t next = 0;
    for (const auto *place : places) {
        while (!place && placed[next])
            ++next;
        ordered.push_back(place ? *place : nics[next++]);
    }
    nics = std::move(ordered);
}

/// A locally administered unicast MAC in QEMU's 52:54:00 range that depends on @seed alone.
std::string made_up_mac(const std::string &seed) {
    const auto hex = sha256_of(seed);
    return "52:54:00:" + hex.substr(0, 2) + ":" + hex.substr(2, 2) + ":" + hex.substr(4, 2);
}

} // namespace

Result<> grow_disks(Machine &target, const std::vector<Growth> &growths) {
    for (const auto &growth : growths) {
        if (growth.disk >= target.disks.size())
            return fail(H2K_ERROR_USAGE, _("The guest has no disk%zu to resize; its last one is disk%zu."), growth.disk,
                        target.disks.size() - 1);
        if (target.disks[growth.disk].fetch)
            continue;
        auto &bytes = target.disks[growth.disk].top.bytes;
        const auto wanted = growth.relative ? bytes + growth.bytes : growth.bytes;
        if (wanted < bytes)
            return fail(H2K_ERROR_USAGE, _("disk%zu already has %s, and disks are never made smaller."), growth.disk,
                        size_for_people(bytes).c_str());
        bytes = wanted;
    }
    return {};
}

Result<Machine> target_machine(const Request &request, const Machine &source, const Inspection &facts,
                               const GuestView &guest) {
    Machine target = source;
    target.not_carried.clear();
    if (!request.name.empty())
        target.name = request.name;
    target.memory = source.memory ? source.memory : default_memory;
    target.vcpus = source.vcpus ? source.vcpus : default_vcpus;
    if (source.firmware == Firmware::unknown)
        target.firmware = facts.firmware;
    if (!facts.arch.empty())
        target.arch = facts.arch;
    target.local_clock = facts.clock_is_local;
    for (auto &iso : target.isos) {
        iso.file = {};
        iso.fetch.reset();
    }
    if (has_seed_iso(request))
        target.isos.push_back({.seed = true});
    for (auto &disk : target.disks) {
        disk.top = {.format = request.format, .bytes = disk.top.bytes};
        disk.files.clear();
        disk.below.clear();
        disk.blank = false;
    }
    H2K_CHECK(grow_disks(target, request.growths));
    const auto pinned = H2K_TRY(find_guest_nics(guest));
    const auto macs = known_macs(request, source, pinned);
    target.nics.resize(macs.size());
    for (std::size_t i = 0; i < macs.size(); ++i) {
        const auto seed =
            target.name + "\n" + (source.disks.empty() ? "" : source.disks.front().top.path) + "\n" + std::to_string(i);
        target.nics[i].mac = macs[i].empty() ? made_up_mac(seed) : macs[i];
        // What it is called at the target is not known.
        target.nics[i].source_network = std::exchange(target.nics[i].network, {});
    }
    if (request.macs.empty())
        order_for_kernel_names(target.nics, pinned);
    return target;
}

} // namespace h2k
