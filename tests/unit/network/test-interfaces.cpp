// SPDX-License-Identifier: LGPL-2.1-or-later
// The network interfaces that a guest's files configure: those of the cases of the network's fixers, and trees in
// tests/data/interfaces, against the goldens there.
#include "convert/base/files.h"
#include "convert/base/text.h"
#include "convert/network/interfaces.h"
#include "tests/support/inspect_case.h"
#include "tests/support/test.h"
#include <algorithm>
#include <filesystem>

using namespace h2k;
using test::assert_equal;
using test::unwrap;

namespace {

std::string data() { return std::string{g_getenv("H2K_SOURCE_ROOT")} + "/tests/data"; }

std::vector<std::string> folders_in(const std::string &folder) {
    std::vector<std::string> found;
    std::error_code error;
    for (std::filesystem::directory_iterator at{folder, error}, end; !error && at != end; at.increment(error))
        if (at->is_directory(error))
            found.push_back(at->path().string());
    std::ranges::sort(found);
    return found;
}

test::FakeGuest guest_in(const std::string &root) {
    test::FakeGuest guest;
    std::error_code error;
    for (std::filesystem::recursive_directory_iterator at{root, error}, end; !error && at != end; at.increment(error))
        if (at->is_regular_file(error))
            guest.files[at->path().string().substr(root.size())] = unwrap(read_file(at->path().string(), 1u << 20));
    return guest;
}

std::string shown(const test::FakeGuest &guest) {
    Notices notices;
    std::string text;
    for (const auto &one : unwrap(find_interfaces(guest, notices)))
        text += test::interface_line(one) + "\n";
    for (const auto &notice : notices)
        text += "Warning: " + notice.text + "\n";
    return text;
}

std::string of_file(const std::string &path, const std::string &content) {
    test::FakeGuest guest;
    guest.files[path] = content;
    return shown(guest);
}

/// All cases of a folder in one golden, so that it can be read as a whole.
void check(const std::string &folder, const std::string &golden) {
    std::string text;
    for (const auto &path : folders_in(folder)) {
        const auto found = shown(guest_in(path + "/before"));
        if (!found.empty())
            text += "# " + base_name(path) + "\n" + found;
    }
    const auto file = data() + "/interfaces/" + golden;
    if (g_getenv("H2K_TEST_REGENERATE"))
        unwrap(write_file(file, text));
    assert_equal(text, unwrap(read_file(file, 1u << 20)));
}

} // namespace

static void of_the_fixers_cases() { check(data() + "/fixers/linux.network-names", "network-names.txt"); }
static void of_cloud_init() { check(data() + "/fixers/linux.cloud-network", "cloud-network.txt"); }
static void of_trees() { check(data() + "/interfaces", "trees.txt"); }

static void odd_values_are_left_out() {
    assert_equal(of_file("/etc/network/interfaces", "iface eth0 inet static\n address 10.0.0.300\n netmask 255.0.0.0\n"
                                                    " gateway somewhere\n hwaddress ether zz\n"),
                 "ifupdown: eth0, ethernet, /etc/network/interfaces\n");
    assert_equal(of_file("/etc/network/interfaces", "iface\niface lo inet loopback\n"), "");
    assert_equal(of_file("/etc/sysconfig/network-scripts/ifcfg-eth0", "IPADDR=10.0.0.5\nNETMASK=none\nTYPE=\n"),
                 "ifcfg: eth0, ethernet, 10.0.0.5, /etc/sysconfig/network-scripts/ifcfg-eth0\n");
    assert_equal(of_file("/etc/netplan/a.yaml", "network: {vlans: {v: {id: 99999, link: [a], addresses: {b: c}}}}\n"),
                 "netplan: v, vlan, /etc/netplan/a.yaml\n");
    assert_equal(of_file("/etc/netplan/a.yaml", "network: {vlans: {v: {id: none, link: a}}}\n"),
                 "netplan: v, vlan, on a, /etc/netplan/a.yaml\n");
    assert_equal(of_file("/etc/netplan/a.yaml", "network: [\n"),
                 "Warning: “/etc/netplan/a.yaml” was ignored: It is not valid YAML, or nested too deeply for a "
                 "netplan file.\n");
    assert_equal(of_file("/etc/cloud/cloud.cfg", "ethernets: {eth0: {dhcp4: true}}\n#network:\n"), "");
    assert_equal(of_file("/etc/network/interfaces", "iface uplink inet dhcp\n bond-mode 802.3ad\n"),
                 "ifupdown: uplink, bond, dhcp4, /etc/network/interfaces\n");
    assert_equal(of_file("/etc/wicked/ifconfig/a.xml",
                         "<?xml version=\"1.0\"?>\n<interface><name>eth0</name><ipv4:dhcp/></interface>"),
                 "wicked: eth0, ethernet, dhcp4, /etc/wicked/ifconfig/a.xml\n");
    g_assert_true(of_file("/etc/wicked/ifconfig/a.xml", "<interface><name>eth0</name><ipv4:dhcp>")
                      .starts_with("Warning: “/etc/wicked/ifconfig/a.xml” was ignored: "));
}

static void what_comes_out_is_bounded() {
    std::string many, long_name(300, 'x');
    for (int i = 0; i < 300; ++i)
        many += "iface eth" + std::to_string(i) + " inet dhcp\n";
    const auto text = of_file("/etc/network/interfaces", many + "iface " + long_name + " inet dhcp\n");
    g_assert_cmpint(std::ranges::count(text, '\n'), ==, 129);
    g_assert_true(text.find("configures more network interfaces than are listed") != std::string::npos);
    many = "iface br0 inet manual\n bridge_ports";
    for (int i = 0; i < 300; ++i)
        many += " eth" + std::to_string(i);
    test::FakeGuest guest;
    guest.files["/etc/network/interfaces"] = many;
    Notices notices;
    g_assert_cmpuint(unwrap(find_interfaces(guest, notices)).at(0).members.size(), ==, 64);
    // An alias repeats much for little.
    std::string bomb = "x: &a {dhcp4: true}\nnetwork:\n  ethernets:\n";
    for (int i = 0; i < 400; ++i)
        bomb += "    e" + std::to_string(i) + ": *a\n";
    g_assert_true(of_file("/etc/netplan/a.yaml", bomb).find("more network cards than are read") != std::string::npos);
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, nullptr);
    g_test_add_func("/interfaces/of-the-fixers-cases", of_the_fixers_cases);
    g_test_add_func("/interfaces/of-cloud-init", of_cloud_init);
    g_test_add_func("/interfaces/of-trees", of_trees);
    g_test_add_func("/interfaces/odd-values", odd_values_are_left_out);
    g_test_add_func("/interfaces/bounds", what_comes_out_is_bounded);
    return g_test_run();
}
