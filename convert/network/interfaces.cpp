// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/network/interfaces.h"
#include "convert/base/i18n.h"
#include "convert/base/mac.h"
#include "convert/base/messages.h"
#include "convert/base/text.h"
#include "convert/network/network_files.h"
#include "fixers/text/network_text.h"
#include <algorithm>
#include <array>
#include <deque>
#include <map>

namespace h2k {

namespace {

/// Bounds that no guest comes near.
constexpr std::size_t most_interfaces = 128, most_joined = 4096;

/// Takes from the name what the file of an interface does not say.
std::string kind_by_name(std::string_view name) {
    constexpr std::array<std::pair<std::string_view, const char *>, 12> kinds{{{"bond", "bond"},
                                                                               {"team", "team"},
                                                                               {"virbr", "bridge"},
                                                                               {"vmbr", "bridge"},
                                                                               {"br-", "bridge"},
                                                                               {"vlan", "vlan"},
                                                                               {"wl", "wifi"},
                                                                               {"ww", "wwan"},
                                                                               {"ib", "infiniband"},
                                                                               {"dummy", "dummy"},
                                                                               {"tun", "tun"},
                                                                               {"tap", "tun"}}};
    if (name.starts_with("br") && name.size() > 2 && g_ascii_isdigit(name[2]))
        return "bridge";
    for (const auto &[start, kind] : kinds)
        if (name.starts_with(start))
            return kind;
    return "ethernet";
}

/// "eth0.10" is the VLAN 10 of eth0, unless the file says otherwise.
void complete(GuestInterface &one) {
    const auto dot = one.name.rfind('.');
    const auto number =
        dot == std::string::npos ? std::nullopt : text::vlan_number(std::string_view{one.name}.substr(dot + 1));
    if (number && one.name.find(':') == std::string::npos && (one.kind.empty() || one.kind == "vlan")) {
        one.kind = "vlan";
        if (one.parent.empty())
            one.parent = one.name.substr(0, dot);
        if (!one.vlan)
            one.vlan = number;
    }
    if (one.kind.empty())
        one.kind = kind_by_name(one.name);
}

/// Merges what one file says into what others say of the same interface.
void merge(const GuestInterface &from, GuestInterface &one) {
    for (const auto text : {&GuestInterface::kind, &GuestInterface::mac, &GuestInterface::parent})
        if ((one.*text).empty())
            one.*text = from.*text;
    if (!one.vlan)
        one.vlan = from.vlan;
    one.dhcp4 = one.dhcp4 || from.dhcp4;
    one.dhcp6 = one.dhcp6 || from.dhcp6;
    for (const auto list : {&GuestInterface::members, &GuestInterface::addresses, &GuestInterface::gateways})
        for (const auto &text : from.*list)
            add_text(one.*list, text);
}

/// The names of the interfaces that @use configures; all patterns together count as one, and so does the lack of a
/// name.
std::vector<std::string> names_of(const NetworkUse &use) {
    const bool one = use.names.empty() || std::ranges::any_of(use.names, is_pattern);
    return one ? std::vector{join(use.names, " ")} : use.names;
}

class InterfaceList {
  public:
    explicit InterfaceList(Notices &notices) : notices_(notices) {}

    void add(const NetworkUse &use) {
        const auto names = names_of(use);
        for (const auto &name : names) {
            auto &one = interface(use.settings, name);
            auto settings = use.settings;
            if (names.size() > 1)
                settings.mac.clear();
            merge(settings, one);
            for (const auto &above : use.upper)
                join(use.settings.backend, above, name.empty() ? use.settings.mac : name);
        }
    }
    /// A name that a .link file or a rule gives the card with a MAC.
    void pin(const NetworkUse &use) {
        const auto mac = std::ranges::find(use.macs, false, &MacPin::sets);
        const auto &name = use.names.front();
        if (mac == use.macs.end() || name.empty() || name.size() > longest_interface_name ||
            macs_.size() >= most_joined)
            return;
        macs_.try_emplace(name, parse_mac(mac->piece.value));
        names_.try_emplace(parse_mac(mac->piece.value), name);
    }
    void add_route(const NetworkRoute &route) {
        if (!route.interface.empty()) {
            if (auto *one = known(route.backend, route.interface))
                add_gateway(one->gateways, route.gateway);
            return;
        }
        const auto has_address = [&](const auto &one) {
            return one.backend == route.backend && !one.addresses.empty();
        };
        if (std::ranges::count_if(all_, has_address) == 1)
            add_gateway(std::ranges::find_if(all_, has_address)->gateways, route.gateway);
    }
    /// All of them, with what they say of each other merged.
    [[nodiscard]] std::vector<GuestInterface> finished() {
        for (const auto &link : joined_)
            if (auto *above = known(link.backend, link.above))
                add_text(above->members, link.member);
        for (auto &one : all_) {
            if (one.name.empty())
                name_by_mac(one.mac, one.name);
            complete(one);
            name_by_mac(one.parent, one.parent);
            for (auto &member : one.members)
                name_by_mac(member, member);
            if (const auto mac = macs_.find(one.name); one.mac.empty() && mac != macs_.end())
                one.mac = mac->second;
        }
        return {all_.begin(), all_.end()};
    }

  private:
    [[nodiscard]] GuestInterface *known(std::string_view backend, std::string_view name) {
        const auto at =
            std::ranges::find_if(all_, [&](const auto &one) { return one.backend == backend && one.name == name; });
        return name.empty() || at == all_.end() ? nullptr : &*at;
    }
    /// The one @name of the backend, which is new where this file is the first to speak of it, or it has no name.
    [[nodiscard]] GuestInterface &interface(const GuestInterface &settings, std::string_view name) {
        if (auto *one = known(settings.backend, name))
            return *one;
        if (name.size() > longest_interface_name || all_.size() >= most_interfaces) {
            notices_.warn("network.too-many-interfaces",
                          sentence(_("“%s” configures more network interfaces than are listed."),
                                   printable(settings.file).c_str()));
            return rest_ = {};
        }
        auto &fresh = all_.emplace_back();
        fresh.name = name;
        fresh.backend = settings.backend;
        fresh.file = settings.file;
        return fresh;
    }
    void join(const std::string &backend, const std::string &above, const std::string &member) {
        if (above.size() <= longest_interface_name && member.size() <= longest_interface_name &&
            joined_.size() < most_joined)
            joined_.push_back({backend, above, member});
    }
    void name_by_mac(const std::string &mac, std::string &name) const {
        if (const auto known = names_.find(mac); known != names_.end())
            name = known->second;
    }

    Notices &notices_;
    std::deque<GuestInterface> all_; // so that references stay
    struct Joined {
        std::string backend, above, member;
    };
    std::vector<Joined> joined_;
    std::map<std::string, std::string> macs_;  // by name
    std::map<std::string, std::string> names_; // by MAC
    GuestInterface rest_;                      // stands in for what exceeds the bounds
};

} // namespace

Result<std::vector<GuestInterface>> find_interfaces(const GuestView &guest, Notices &notices) {
    const auto files = H2K_TRY(read_network_files(guest));
    notices.add(files.unread);
    InterfaceList list{notices};
    for (const auto &use : files.uses) {
        if (use.kind == NetworkUse::interface || use.kind == NetworkUse::seed)
            list.add(use);
        else if (use.kind == NetworkUse::link || use.kind == NetworkUse::rule)
            list.pin(use);
    }
    for (const auto &route : files.routes)
        list.add_route(route);
    return list.finished();
}

} // namespace h2k
