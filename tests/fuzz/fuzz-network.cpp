// SPDX-License-Identifier: LGPL-2.1-or-later
// The network files of guests.  The first byte picks the format, form feeds separate its files.
#include "convert/base/mac.h"
#include "convert/base/text.h"
#include "convert/model/overlay.h"
#include "convert/network/guest_nics.h"
#include "convert/network/interfaces.h"
#include "fixers/linux/fixers.h"
#include "tests/fuzz/fuzz.h"
#include "tests/support/fake_guest.h"
#include <array>

using namespace h2k;
using fuzz::require;

namespace {

using Paths = std::vector<const char *>;

const std::array<Paths, 12> formats{{
    {"/etc/network/interfaces", "/etc/network/interfaces.d/more"},
    {"/etc/sysconfig/network-scripts/ifcfg-eth0", "/etc/sysconfig/network-scripts/ifcfg-bond0",
     "/etc/sysconfig/network-scripts/route-eth0", "/etc/sysconfig/network"},
    {"/etc/sysconfig/network/ifcfg-eth0", "/etc/sysconfig/network/ifcfg-eth-id-00:50:56:01:02:03",
     "/etc/sysconfig/network/ifcfg-bus-pci-0000:02:00.0", "/etc/sysconfig/network/ifroute-eth0",
     "/etc/sysconfig/network/routes"},
    {"/etc/systemd/network/10-lan.network", "/etc/systemd/network/20-bond.netdev", "/etc/systemd/network/30-lan.link",
     "/etc/systemd/network/10-lan.network.d/more.conf"},
    {"/etc/netplan/01.yaml", "/etc/netplan/02.yaml"},
    {"/etc/cloud/cloud.cfg.d/50-network.cfg", "/var/lib/cloud/seed/nocloud-net/network-config"},
    {"/etc/NetworkManager/system-connections/one.nmconnection", "/etc/NetworkManager/system-connections/two",
     "/usr/lib/NetworkManager/system-connections/three.nmconnection"},
    {"/etc/wicked/ifconfig/lan.xml", "/etc/wicked/ifconfig/more.xml"},
    {"/etc/dhcpcd.conf", "/var/lib/connman/ethernet_005056010203_cable/settings"},
    {"/etc/udev/rules.d/70-persistent-net.rules", "/etc/systemd/network/70-lan.link", "/etc/network/interfaces"},
    {"/etc/conf.d/net", "/etc/rc.d/rc.inet1.conf", "/etc/net/ifaces/eth0/options", "/etc/net/ifaces/eth0/ipv4address"},
    {"/var/lib/dhcp/dhclient.leases", "/var/log/cloud-init-output.log", "/var/log/dmesg", "/etc/iptables/rules.v4",
     "/usr/lib/udev/rules.d/80-net-setup-link.rules"},
}};

test::FakeGuest guest_of(std::string_view input) {
    const auto &paths = formats[static_cast<unsigned char>(input.front() - '0') % formats.size()];
    const auto files = split(input.substr(1), '\f');
    test::FakeGuest guest;
    for (std::size_t i = 0; i < std::min(files.size(), paths.size()); ++i)
        guest.files[paths[i]] = files[i];
    return guest;
}

/// What is to be edited lies in its file.
void check_pins(const NicFiles &files) {
    for (const auto &use : files.uses) {
        const auto content = files.contents.find(use.file);
        require(content != files.contents.end());
        const auto size = content->second.size();
        for (const auto &pin : use.macs) {
            require(!parse_mac(pin.piece.value).empty() && pin.piece.at + pin.piece.size <= size);
            require(!pin.on_line || pin.line.at + pin.line.size <= size);
        }
        for (const auto &pin : use.hardware)
            require(pin.piece.at + pin.piece.size <= size && pin.line.at + pin.line.size <= size);
    }
}

void check_interfaces(const std::vector<GuestInterface> &interfaces) {
    require(interfaces.size() <= 128);
    for (const auto &one : interfaces) {
        require(one.name.size() <= 255 && one.kind.size() <= 31 && one.parent.size() <= 255);
        require(one.mac.empty() || parse_mac(one.mac) == one.mac);
        for (const auto *list : {&one.members, &one.addresses, &one.gateways})
            require(list->size() <= 64);
    }
}

/// Over its own changes the fixer plans nothing.
void check_fixer(const GuestView &guest, NetworkFix how) {
    Inspection facts;
    facts.system = LinuxFacts{.distro = "debian", .init = "systemd"};
    Machine target;
    target.nics = {{.mac = "52:54:00:00:00:01"}, {.mac = "52:54:00:00:00:02"}};
    RepairOptions options;
    options.network = how;
    const auto finding = plan_network_names({guest, facts, target, options});
    require(finding.has_value());
    Overlay after{guest};
    for (const auto &change : finding->changes)
        require(after.apply(change).has_value());
    const auto again = plan_network_names({after, facts, target, options});
    require(again && again->changes.empty());
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char *data, std::size_t size) {
    if (size == 0)
        return 0;
    const auto guest = guest_of(fuzz::text_of(data, size));
    auto files = read_nic_files(guest);
    require(files.has_value());
    check_pins(*files);
    const auto nics = find_guest_nics(guest, *files);
    require(nics && nics->size() <= 32);
    Notices notices;
    const auto interfaces = find_interfaces(guest, notices);
    require(interfaces.has_value());
    check_interfaces(*interfaces);
    for (const auto how : {NetworkFix::keep_names, NetworkFix::clean})
        check_fixer(guest, how);
    return 0;
}
