// SPDX-License-Identifier: LGPL-2.1-or-later
// The ifcfg files of RHEL (initscripts' sysconfig.txt, NetworkManager's nm-settings-ifcfg-rh(5)) and of SUSE (ifcfg(5),
// ifcfg-bonding(5), ifcfg-bridge(5), ifcfg-vlan(5), ifcfg-team(5) of sysconfig and wicked).
#include "convert/base/i18n.h"
#include "convert/base/text.h"
#include "convert/network/nic_files.h"
#include "fixers/text/assignments.h"
#include <algorithm>

namespace h2k {

namespace {

constexpr std::string_view suse_folder = "/etc/sysconfig/network/";

bool is_one_of(std::string_view text, std::initializer_list<std::string_view> all) {
    return std::ranges::find(all, text) != all.end();
}

std::string value_of(const std::vector<text::Assignment> &all, std::string_view key) {
    const auto *found = text::last(all, key);
    return found ? std::string{trim(found->value.value)} : std::string{};
}

bool says_yes(const std::vector<text::Assignment> &all, std::string_view key) {
    return is_one_of(lower(value_of(all, key)), {"yes", "true", "1", "on"});
}

/// Is it the file of an interface that software makes?
bool makes_interface(const std::vector<text::Assignment> &all, std::string_view name) {
    const auto type = lower(value_of(all, "TYPE"));
    const bool vlan = type == "vlan" || says_yes(all, "VLAN") || text::last(all, "ETHERDEVICE");
    if (vlan)
        return name.find('.') == std::string_view::npos;
    if (!type.empty() && type != "ethernet")
        return true;
    const auto device_type = lower(value_of(all, "DEVICETYPE"));
    return device_type == "team" || device_type == "ovs" || says_yes(all, "BONDING_MASTER") ||
           says_yes(all, "BRIDGE") || text::last(all, "BONDING_OPTS") || text::last(all, "TEAM_CONFIG") ||
           text::last(all, "TUNNEL") || text::last(all, "BRIDGE_PORTS") || text::last(all, "MACVLAN_DEVICE") ||
           text::last(all, "TEAM_RUNNER");
}

/// What stands in a name of old SUSE between "ifcfg-" and the card: "eth-id-00:50:56:…", "bus-pci-0000:02:00.0".
struct OldName {
    bool by_mac = false, by_bus = false;
    std::string mac; ///< normal; empty where it is none
};
OldName old_name(std::string_view name) {
    for (const std::string_view kind : {"eth-id-", "id-"})
        if (name.starts_with(kind))
            return {true, false, normal_mac(name.substr(kind.size()))};
    return {false, name.starts_with("bus-") || name.starts_with("eth-bus-"), {}};
}

/// A card that some other interface's file names.
void add_card(NicFiles &into, const std::string &file, const std::string &name, bool suse) {
    if (suse && old_name(name).by_bus)
        into.warn(_("“%s” names a network card by its place “%s”, which the target machine does not have."),
                  printable(file).c_str(), printable(name).c_str());
    else if (!suse || !old_name(name).by_mac)
        add_beneath(into, file, without_suffix(name));
}

void add_beneath_of(const std::string &path, const std::vector<text::Assignment> &all, bool suse, NicFiles &into) {
    for (const auto *key : {"PHYSDEV", "ETHERDEVICE", "MACVLAN_DEVICE"})
        if (const auto beneath = value_of(all, key); !beneath.empty())
            add_card(into, path, beneath, suse);
    for (const auto *key : {"MASTER", "TEAM_MASTER"})
        if (const auto above = value_of(all, key); !above.empty())
            into.made.insert(above);
    if (!suse) {
        if (const auto above = value_of(all, "BRIDGE"); !above.empty())
            into.made.insert(above);
        return;
    }
    for (const auto &assignment : all) {
        const std::string_view key = assignment.key;
        if (key.starts_with("BONDING_SLAVE") || key.starts_with("TEAM_PORT_DEVICE") || key == "BRIDGE_PORTS" ||
            key.starts_with("OVS_BRIDGE_PORT_DEVICE"))
            for (const auto &word : words(assignment.value.value))
                add_card(into, path, word, suse);
    }
}

/// Files of old SUSE are called after the card.  True: it is one.
bool read_old_name(NicUse &use, std::string_view name, NicFiles &into) {
    const auto old = old_name(name);
    if (!old.by_mac && !old.by_bus)
        return false;
    if (old.by_mac && old.mac.empty())
        return true;
    use.renamed = std::string{suse_folder} + "ifcfg-eth-id-";
    if (!old.mac.empty())
        use.macs.push_back({{old.mac, 0, 0}, false});
    into.add(use);
    return true;
}

void read_ifcfg_file(const std::string &path, const std::string &content, NicFiles &into) {
    const auto all = text::parse_assignments(content);
    const bool suse = path.starts_with(suse_folder);
    NicUse use;
    use.file = path;
    auto name = value_of(all, "DEVICE");
    if (name.empty() && suse) {
        name = path.substr(path.rfind("/ifcfg-") + 7);
        if (read_old_name(use, name, into))
            return;
    }
    add_beneath_of(path, all, suse, into);
    const bool made = makes_interface(all, name);
    if (made && !name.empty())
        into.made.insert(name);
    use.name = made ? name : without_suffix(name);
    use.beneath = use.name != name && name.find('.') != std::string::npos;
    for (const auto &assignment : all)
        if (is_one_of(assignment.key, {"HWADDR", "MACADDR", "LLADDR", "MACADDRESS"}) &&
            !normal_mac(assignment.value.value).empty())
            use.macs.push_back(mac_pin(assignment, assignment.value, assignment.key != "HWADDR"));
    if (!use.name.empty() || !use.macs.empty())
        into.add(std::move(use));
}

} // namespace

Result<> read_ifcfg(const GuestView &guest, NicFiles &into) {
    for (const char *glob : {"/etc/sysconfig/network-scripts/ifcfg-*", "/etc/sysconfig/network/ifcfg-*"})
        for (const auto &path : H2K_TRY(guest.list(glob))) {
            if (is_left_over(path))
                continue;
            const auto *content = H2K_TRY(into.read(guest, path));
            if (content)
                read_ifcfg_file(path, *content, into);
        }
    return {};
}

} // namespace h2k
