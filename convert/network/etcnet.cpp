// SPDX-License-Identifier: LGPL-2.1-or-later
// etcnet of ALT Linux (etcnet(8)): a folder for each interface.
#include "convert/base/text.h"
#include "convert/network/network_files.h"
#include "fixers/text/assignments.h"
#include "fixers/text/network_text.h"

namespace h2k {

namespace {

/// @kind: "ipv4address", a line for each, or "ipv4route", "default via 192.0.2.1".
Result<std::vector<std::string>> lines_in(NetworkFiles &into, const std::string &folder, const char *kind) {
    const auto *content = H2K_TRY(into.read(folder + "/" + kind));
    return lines(content ? *content : std::string{});
}

Result<> read_folder(const std::string &path, const std::string &options, NetworkFiles &into) {
    const auto folder = path.substr(0, path.rfind('/'));
    auto use = NetworkFiles::use_of(path, "etcnet");
    use.names = {folder.substr(folder.rfind('/') + 1)};
    const auto all = text::parse_assignments(options);
    const auto type = lower(text::value_of(all, "TYPE"));
    use.card = type.empty() || type == "eth";
    set_kind(use, use.card ? "" : type == "bri" ? "bridge" : type);
    const auto protocol = lower(text::value_of(all, "BOOTPROTO"));
    use.settings.dhcp4 = protocol.starts_with("dhcp");
    if (type == "vlan") {
        set_parent(use, text::value_of(all, "HOST"));
        use.settings.vlan = text::vlan_number(text::value_of(all, "VID"));
    } else
        for (const auto &member : words(text::value_of(all, "HOST")))
            add_member(use, member);
    for (const auto &line : H2K_TRY(lines_in(into, folder, "ipv4address")))
        if (const auto parts = words(line); !parts.empty())
            add_address(use.settings.addresses, parts[0]);
    for (const auto &line : H2K_TRY(lines_in(into, folder, "ipv4route")))
        if (const auto parts = words(line); parts.size() > 2 && text::is_default_route(parts[0]) && parts[1] == "via")
            add_gateway(use.settings.gateways, parts[2]);
    into.add(std::move(use));
    return {};
}

} // namespace

Result<> read_etcnet(NetworkFiles &into) {
    for (const auto &path : H2K_TRY(into.guest.list("/etc/net/ifaces/*/options")))
        if (!path.ends_with("/lo/options") && !path.ends_with("/default/options") &&
            !path.ends_with("/unknown/options"))
            if (const auto *content = H2K_TRY(into.read(path)))
                H2K_CHECK(read_folder(path, *content, into));
    return {};
}

} // namespace h2k
