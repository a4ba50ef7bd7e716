// SPDX-License-Identifier: LGPL-2.1-or-later
#include "domain/devices.h"
#include <algorithm>
#include <array>
#include <span>
#include <string_view>
#include <vector>

namespace h2k {

namespace {

/// An enlightenment of Windows, and those without which it does not work.
struct Enlightenment {
    const char *name;
    std::array<const char *, 2> needs{};
};

/// Source: https://www.qemu.org/docs/master/system/i386/hyperv.html
constexpr Enlightenment enlightenments[] = {
    {"relaxed"},
    {"vapic"},
    {"spinlocks"},
    {"vpindex"},
    {"runtime"},
    {"synic", {"vpindex"}},
    {"stimer", {"vpindex", "synic"}},
    {"reset"},
    {"frequencies"},
    {"tlbflush", {"vpindex"}},
    {"ipi", {"vpindex"}},
};

/// Guests wait so often for a lock before they yield: what virt-install gives.
constexpr const char *spinlock_retries = "8191";

std::vector<const char *> offered(const DomainPlan &plan) {
    const auto &offer = offer_for(plan);
    const auto there = [&](const char *name) { return !name || has(offer, &MachineOffer::hyperv, name); };
    std::vector<const char *> names;
    // Of a host that was not asked, only what every one has.
    for (const auto &one : std::span{enlightenments}.first(offer ? std::size(enlightenments) : 3))
        if (there(one.name) && std::ranges::all_of(one.needs, there))
            names.push_back(one.name);
    return names;
}

} // namespace

bool is_windows(const DomainPlan &plan) { return plan.spec.osinfo.id.starts_with("http://microsoft.com/"); }

void add_hyperv(const Element &features, const DomainPlan &plan) {
    const auto names = is_windows(plan) ? offered(plan) : std::vector<const char *>{};
    if (names.empty())
        return;
    const Element hyperv = features.add("hyperv").set("mode", "custom");
    for (const std::string_view name : names) {
        const Element one = hyperv.add(name.data()).set("state", "on");
        if (name == "spinlocks")
            one.set("retries", spinlock_retries);
        else if (name == "stimer")
            one.add("direct").set("state", "on");
    }
}

} // namespace h2k
