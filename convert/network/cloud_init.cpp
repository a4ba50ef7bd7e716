// SPDX-License-Identifier: LGPL-2.1-or-later
// "Networking config Version 1" and "Version 2" of cloud-init's documentation.
#include "convert/base/mac.h"
#include "convert/network/yaml_file.h"
#include "fixers/text/network_text.h"

namespace h2k {

namespace {

void add_subnet(const Node &subnet, GuestInterface &one) {
    const auto type = text_at(&subnet, "type");
    one.dhcp4 = one.dhcp4 || type == "dhcp" || type == "dhcp4";
    one.dhcp6 = one.dhcp6 || type == "dhcp6" || type.starts_with("ipv6_dhcpv6");
    add_address(one.addresses, text_at(&subnet, "address"), text_at(&subnet, "netmask"));
    add_gateway(one.gateways, text_at(&subnet, "gateway"));
}

void read_version_1(const YamlFile &file, const Node &config, NetworkFiles &into) {
    for (const auto &item : items_of(&config)) {
        const auto type = text_at(&item, "type");
        if (!is_one_of(type, {"physical", "bond", "bridge", "vlan", "infiniband"}))
            continue;
        auto use = NetworkFiles::use_of(file.path, file.backend);
        use.kind = file.kind;
        use.card = type == "physical";
        use.settings.kind = use.card ? "ethernet" : type;
        if (auto name = text_at(&item, "name"); !name.empty())
            use.names = {std::move(name)};
        use.settings.mac = parse_mac(text_at(&item, "mac_address"));
        for (const char *key : {"bond_interfaces", "bridge_interfaces"})
            for (const auto &member : texts_of(item.member(key)))
                add_member(use, member);
        set_parent(use, text_at(&item, "vlan_link"));
        use.settings.vlan = text::vlan_number(text_at(&item, "vlan_id"));
        for (const auto &subnet : items_of(item.member("subnets")))
            add_subnet(subnet, use.settings);
        into.add(std::move(use));
    }
}

} // namespace

Result<> read_cloud_init(NetworkFiles &into) {
    std::vector<YamlFile> version_2;
    for (const char *glob :
         {"/etc/cloud/cloud.cfg", "/etc/cloud/cloud.cfg.d/*.cfg", "/var/lib/cloud/seed/nocloud*/network-config"})
        for (const auto &path : H2K_TRY(into.guest.list(glob)))
            if (auto file = H2K_TRY(read_yaml_file(path, "cloud-init", NetworkUse::seed, into))) {
                const auto *config = member_of(file->network(), "config");
                if (config && config->kind == Node::Kind::list)
                    read_version_1(*file, *config, into);
                else
                    version_2.push_back(*std::move(file));
            }
    read_netplan_entries(version_2, into);
    return {};
}

} // namespace h2k
