// SPDX-License-Identifier: LGPL-2.1-or-later
// rc.inet1.conf(5) of Slackware: arrays with an element for each interface.
#include "convert/base/text.h"
#include "convert/network/network_files.h"
#include "fixers/text/assignments.h"
#include <algorithm>
#include <map>

namespace h2k {

namespace {

constexpr const char *path = "/etc/rc.d/rc.inet1.conf", *backend = "rc.inet1";

/// What the settings of one interface say, by the name of the array.
using Settings = std::map<std::string, std::string, std::less<>>;

std::string value_of(const Settings &all, std::string_view key) {
    const auto found = all.find(key);
    return found == all.end() ? std::string{} : found->second;
}

/// A value of bash without its quotes and what follows them.
std::string bare(std::string_view value) {
    value = trim(value);
    const char quote = value.empty() ? '\0' : value.front();
    if (quote == '"' || quote == '\'')
        return std::string{value.substr(1, value.find(quote, 1) - 1)};
    return std::string{value.substr(0, value.find_first_of(" \t#;"))};
}

/// The settings of each interface, by the number in 'IFNAME[0]="eth0"'.
std::map<std::string, Settings> settings_of(const std::string &file) {
    constexpr std::size_t most = 64, most_settings = 64, most_digits = 4;
    std::map<std::string, Settings> found;
    for (const auto &line : lines(file)) {
        const auto text = trim(line);
        const auto open = text.find('['), equals = text.find("]=");
        if (open == std::string_view::npos || equals == std::string_view::npos || equals < open)
            continue;
        const auto key = text.substr(0, open), number = text.substr(open + 1, equals - open - 1);
        auto value = bare(text.substr(equals + 2));
        if (!consists_of(key, "_") || !parse_number(number) || number.size() > most_digits || value.empty() ||
            (found.size() >= most && !found.contains(std::string{number})))
            continue;
        auto &settings = found[std::string{number}];
        if (settings.size() < most_settings)
            settings[std::string{key}] = std::move(value);
    }
    return found;
}

NetworkUse use_of(const std::string &number, const Settings &all) {
    auto use = NetworkFiles::use_of(path, backend);
    const auto name = value_of(all, "IFNAME");
    use.names = {name.empty() ? "eth" + number : name};
    auto &one = use.settings;
    for (const auto *key : {"IPADDR", "IPADDRS", "IP6ADDRS"})
        for (const auto &address : words(value_of(all, key)))
            add_address(one.addresses, address, value_of(all, "NETMASK"));
    one.dhcp4 = lower(value_of(all, "USE_DHCP")) == "yes";
    for (const auto &[key, kind] : {std::pair{"BRNICS", "bridge"}, {"BONDNICS", "bond"}})
        for (const auto &member : words(value_of(all, key))) {
            use.card = false;
            set_kind(use, kind);
            add_member(use, member);
        }
    return use;
}

} // namespace

Result<> read_slackware(NetworkFiles &into) {
    const auto *content = H2K_TRY(into.read(path));
    if (!content)
        return {};
    for (const auto &[number, all] : settings_of(*content))
        if (std::ranges::any_of(all, [](const auto &setting) { return setting.first != "DHCP_HOSTNAME"; }))
            into.add(use_of(number, all));
    const auto settings = text::parse_assignments(*content);
    if (const auto *gateway = text::last(settings, "GATEWAY"))
        into.add_route({backend, {}, gateway->value.value});
    return {};
}

} // namespace h2k
