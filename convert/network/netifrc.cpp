// SPDX-License-Identifier: LGPL-2.1-or-later
// netifrc of Gentoo (net.example of its documentation): settings in /etc/conf.d/net are named after interfaces.
#include "convert/base/text.h"
#include "convert/network/network_files.h"
#include "fixers/text/assignments.h"
#include "fixers/text/network_text.h"
#include <algorithm>
#include <map>

namespace h2k {

namespace {

constexpr const char *path = "/etc/conf.d/net";

/// The words of a value of bash, which is one text or a list: "( '192.0.2.5/24' 'dhcp' )".
std::vector<std::string> words_in(const text::Assignment &setting) {
    const auto equals = setting.line.content.find('=');
    const auto rest = setting.line.content.substr(equals == std::string_view::npos ? 0 : equals + 1);
    std::string value{rest.starts_with('(') ? rest : std::string_view{setting.value.value}};
    for (const char c : {'(', ')', '\'', '"'})
        std::ranges::replace(value, c, ' ');
    return words(value);
}

void read_config(const std::vector<std::string> &all, GuestInterface &one) {
    for (std::size_t i = 0; i < all.size(); ++i) {
        one.dhcp4 = one.dhcp4 || all[i] == "dhcp";
        one.dhcp6 = one.dhcp6 || all[i] == "dhcpv6";
        if (i == 0 || !is_one_of(all[i - 1], {"netmask", "broadcast", "brd", "peer", "scope"}))
            add_address(one.addresses, all[i], i + 2 < all.size() && all[i + 1] == "netmask" ? all[i + 2] : "");
    }
}

void read_routes(const std::vector<std::string> &all, GuestInterface &one) {
    for (std::size_t i = 0; i + 2 < all.size(); ++i)
        if (text::is_default_route(all[i]) && all[i + 1] == "via")
            add_gateway(one.gateways, all[i + 2]);
}

/// "config_ens192", "routes_bond0", "bridge_br0": the kind of a setting, and what it is for.
void read_setting(const std::string &kind, const std::vector<std::string> &all, NetworkUse &use) {
    if (kind == "config")
        return read_config(all, use.settings);
    if (kind == "routes")
        return read_routes(all, use.settings);
    use.card = false;
    set_kind(use, kind == "slaves" ? "bond" : kind == "tuntap" ? "tun" : kind);
    if (kind != "tuntap")
        for (const auto &member : all)
            add_member(use, member);
}

} // namespace

Result<> read_netifrc(NetworkFiles &into) {
    constexpr std::size_t most = 256;
    const auto *content = H2K_TRY(into.read(path));
    if (!content)
        return {};
    std::map<std::string, NetworkUse> by_name;
    for (const auto &setting : text::parse_assignments(*content)) {
        const auto line = std::min(setting.key.find('_'), setting.key.size() - 1);
        const auto kind = setting.key.substr(0, line), name = setting.key.substr(line + 1);
        if (name.empty() || name.size() > longest_interface_name || by_name.size() >= most)
            continue;
        if (is_one_of(kind, {"config", "routes", "bridge", "slaves", "tuntap"}))
            read_setting(kind, words_in(setting),
                         by_name.try_emplace(name, NetworkFiles::use_of(path, "netifrc")).first->second);
        else if (kind == "vlans")
            into.mention(path, name);
    }
    for (auto &[name, use] : by_name) {
        use.names = {name};
        if (name != "lo")
            into.add(std::move(use));
    }
    return {};
}

} // namespace h2k
