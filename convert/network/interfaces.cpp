// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/network/interfaces.h"
#include "convert/base/text.h"
#include "fixers/text/network_text.h"
#include "fixers/text/udev_rules.h"
#include <algorithm>
#include <array>
#include <gio/gio.h>

namespace h2k {

namespace {

/// Bounds that no guest comes near.
constexpr std::size_t most_interfaces = 128, most_texts = 64, longest_text = 255, most_joined = 4096;

bool is_address(std::string_view text) {
    return text.size() < 64 && g_hostname_is_ip_address(std::string{text}.c_str()) != FALSE;
}

/// 24 of "255.255.255.0" and of "24"; empty where @mask is neither.
std::string prefix_of(std::string_view mask) {
    guint64 number = 0;
    if (g_ascii_string_to_unsigned(std::string{mask}.c_str(), 10, 0, 128, &number, nullptr))
        return std::to_string(number);
    const auto parsed = Ref<GInetAddress>::adopt(g_inet_address_new_from_string(std::string{mask}.c_str()));
    if (!parsed)
        return {};
    unsigned bits = 0;
    const auto *bytes = g_inet_address_to_bytes(parsed.get());
    for (std::size_t i = 0; i < g_inet_address_get_native_size(parsed.get()); ++i)
        bits += static_cast<unsigned>(std::popcount(bytes[i]));
    return std::to_string(bits);
}

/// What a name says of an interface whose file does not.
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

/// "eth0.10" is the VLAN 10 of eth0, where nothing else is said.
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

/// systemd.link(5): the name for a card that is known by its MAC.
Result<> read_links(InterfaceList &into) {
    for (const auto &path : H2K_TRY(text::files_in_order(
             into.guest, {"/etc/systemd/network", "/usr/lib/systemd/network", "/lib/systemd/network"}, "*.link"))) {
        const auto *content = H2K_TRY(into.read(path));
        std::string name, mac;
        for (const auto &line : lines(content ? *content : std::string{})) {
            const auto plain = trim(line);
            for (const std::string_view key : {"MACAddress=", "PermanentMACAddress="})
                if (plain.starts_with(key) && mac.empty())
                    mac = text::normal_mac(plain.substr(key.size()));
            if (plain.starts_with("Name="))
                name = plain.substr(5);
        }
        into.pin(name, mac);
    }
    return {};
}

Result<> read_rules(InterfaceList &into) {
    for (const auto &path : H2K_TRY(into.guest.list("/etc/udev/rules.d/*.rules"))) {
        const auto *content = H2K_TRY(into.read(path));
        if (!content)
            continue;
        for (const auto &rule : text::parse_udev_rules(*content)) {
            const auto *subsystem = rule.term("SUBSYSTEM", "=="), *name = rule.term("NAME", "="),
                       *mac = rule.term("ATTR{address}", "==");
            if (subsystem && subsystem->value.value == "net" && name && mac)
                into.pin(name->value.value, text::normal_mac(mac->value.value));
        }
    }
    return {};
}

} // namespace

void add_text(std::vector<std::string> &list, std::string_view text) {
    if (!text.empty() && text.size() <= longest_text && list.size() < most_texts &&
        std::ranges::find(list, text) == list.end())
        list.emplace_back(text);
}

void add_address(std::vector<std::string> &list, std::string_view address, std::string_view mask) {
    const auto slash = address.find('/');
    const auto bare = address.substr(0, slash);
    if (!is_address(bare))
        return;
    const auto prefix = prefix_of(slash == std::string_view::npos ? mask : address.substr(slash + 1));
    add_text(list, prefix.empty() ? std::string{bare} : std::string{bare} + "/" + prefix);
}

void add_gateway(std::vector<std::string> &list, std::string_view gateway) {
    if (is_address(gateway))
        add_text(list, gateway);
}

std::string_view digits_behind(std::string_view name) {
    const auto last = name.find_last_not_of("0123456789");
    return name.substr(last == std::string_view::npos ? 0 : last + 1);
}

GuestInterface *InterfaceList::known(std::string_view backend, std::string_view name) {
    const auto at =
        std::ranges::find_if(all_, [&](const auto &one) { return one.backend == backend && one.name == name; });
    return name.empty() || at == all_.end() ? nullptr : &*at;
}

GuestInterface &InterfaceList::of(const char *backend, std::string_view name, const std::string &file) {
    if (auto *one = known(backend, name))
        return *one;
    if (name.size() > longest_text || all_.size() >= most_interfaces) {
        text::warn_once(
            warnings, sentence(_("“%s” configures more network interfaces than are listed."), printable(file).c_str()));
        return rest_ = {};
    }
    GuestInterface fresh;
    fresh.name = name;
    fresh.backend = backend;
    fresh.file = file;
    return all_.emplace_back(std::move(fresh));
}

void InterfaceList::join(const char *backend, std::string_view above, std::string_view member) {
    if (above.size() <= longest_text && member.size() <= longest_text && joined_.size() < most_joined)
        joined_.push_back({backend, std::string{above}, std::string{member}});
}

void InterfaceList::add_gateway(const char *backend, std::string_view gateway) {
    const auto has_address = [&](const auto &one) { return one.backend == backend && !one.addresses.empty(); };
    if (std::ranges::count_if(all_, has_address) == 1)
        h2k::add_gateway(std::ranges::find_if(all_, has_address)->gateways, gateway);
}

void InterfaceList::pin(std::string_view name, std::string_view mac) {
    if (name.empty() || mac.empty() || name.size() > longest_text || macs_.size() >= most_joined)
        return;
    macs_.try_emplace(std::string{name}, mac);
    names_.try_emplace(std::string{mac}, name);
}

Result<const std::string *> InterfaceList::read(const std::string &path) {
    auto file = H2K_TRY(reader_.read(guest, path, warnings));
    return file ? &contents_.emplace_back(*std::move(file)) : nullptr;
}

std::vector<GuestInterface> InterfaceList::finished() && {
    for (const auto &link : joined_)
        if (auto *above = known(link.backend, link.above))
            add_text(above->members, link.member);
    for (auto &one : all_) {
        if (const auto name = names_.find(one.mac); one.name.empty() && name != names_.end())
            one.name = name->second;
        complete(one);
        if (const auto parent = names_.find(one.parent); parent != names_.end())
            one.parent = parent->second;
        for (auto &member : one.members)
            if (const auto name = names_.find(member); name != names_.end())
                member = name->second;
        if (const auto mac = macs_.find(one.name); one.mac.empty() && mac != macs_.end())
            one.mac = mac->second;
    }
    return {all_.begin(), all_.end()};
}

Result<std::vector<GuestInterface>> find_interfaces(const GuestView &guest, std::vector<std::string> &warnings) {
    InterfaceList found{guest, warnings};
    for (const auto read : {find_ifupdown, find_sysconfig, find_networkd, find_netplan, find_keyfiles,
                            find_other_interfaces, read_links, read_rules})
        H2K_CHECK(read(found));
    return std::move(found).finished();
}

} // namespace h2k
