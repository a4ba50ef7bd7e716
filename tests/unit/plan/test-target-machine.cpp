// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/plan/target_machine.h"
#include "tests/support/fake_guest.h"
#include "tests/support/test.h"

using namespace h2k;
using test::assert_equal;
using test::unwrap;

static const std::string mac_a = "00:50:56:8f:1a:01", mac_b = "00:50:56:8f:1a:02";

/// The MACs of the cards that the target gets.
static std::string macs_of(const test::FakeGuest &guest, const Machine &source, const Request &request = {}) {
    const auto target = unwrap(target_machine(request, source, {}, guest));
    std::string all;
    for (const auto &nic : target.nics)
        all += (all.empty() ? "" : " ") + nic.mac;
    return all;
}

static test::FakeGuest rules(const std::string &first, const std::string &second) {
    const auto rule = [](const std::string &mac, const char *name) {
        return "SUBSYSTEM==\"net\", ATTR{address}==\"" + mac + "\", NAME=\"" + name + "\"\n";
    };
    test::FakeGuest guest;
    guest.files["/etc/udev/rules.d/70-persistent-net.rules"] = rule(mac_a, first.c_str()) + rule(mac_b, second.c_str());
    return guest;
}

static void kernel_names_order_the_cards() {
    Machine source;
    source.nics = {{.mac = mac_a}, {.mac = mac_b}};
    assert_equal(macs_of(rules("eth0", "eth1"), source), mac_a + " " + mac_b);
    assert_equal(macs_of(rules("eth1", "eth0"), source), mac_b + " " + mac_a);
    assert_equal(macs_of(rules("eth1", "lan"), source), mac_b + " " + mac_a);
    assert_equal(macs_of(rules("eth7", "eth8"), source), mac_a + " " + mac_b);
    assert_equal(macs_of(rules("lan", "wan"), source), mac_a + " " + mac_b);
    Request request;
    request.macs = {mac_a};
    assert_equal(macs_of(rules("eth1", "eth0"), source, request), mac_a + " " + mac_b);
}

/// A machine that is known to have no card gets none, unless the user asks for one.
static void no_card_stays_none() {
    Machine source;
    const auto pinned = rules("eth0", "eth1");
    assert_equal(macs_of(pinned, source), mac_a + " " + mac_b); // of bare disks nothing is known
    source.lists_devices = true;
    assert_equal(macs_of(pinned, source), "");
    Request request;
    request.macs = {mac_b};
    assert_equal(macs_of(pinned, source, request), mac_b);
    source.nics = {{.mac = mac_a, .network = "VM Network"}};
    const auto target = unwrap(target_machine({}, source, {}, test::FakeGuest{}));
    g_assert_cmpuint(target.nics.size(), ==, 1);
    assert_equal(target.nics[0].network, "");
    assert_equal(target.nics[0].source_network, "VM Network");
}

static void two_names_of_one_card_lose_none() {
    Machine source;
    source.nics = {{.mac = mac_a}, {.mac = mac_b}};
    auto guest = rules("eth1", "eth2");
    guest.files["/etc/sysconfig/network-scripts/ifcfg-eth0"] = "DEVICE=eth0\nHWADDR=" + mac_b + "\n";
    guest.files["/etc/sysconfig/network-scripts/ifcfg-eth1"] = "DEVICE=eth1\nHWADDR=" + mac_b + "\n";
    assert_equal(macs_of(guest, source), mac_b + " " + mac_a);
}

static void slots_tell_whose_mac_it_is() {
    Machine source;
    source.nics = {{.slot = 192}, {.slot = 1184}}; // the second one is ens161
    test::FakeGuest guest;
    guest.files["/etc/sysconfig/network-scripts/ifcfg-ens161"] = "DEVICE=ens161\nHWADDR=" + mac_b + "\n";
    guest.files["/etc/sysconfig/network-scripts/ifcfg-ens192"] = "DEVICE=ens192\nHWADDR=" + mac_a + "\n";
    assert_equal(macs_of(guest, source), mac_a + " " + mac_b);
}

static void a_seed_can_be_a_medium() {
    Request request;
    g_assert_true(unwrap(target_machine(request, {}, {}, test::FakeGuest{})).isos.empty());
    request.repair.cloud_init.emplace();
    g_assert_true(unwrap(target_machine(request, {}, {}, test::FakeGuest{})).isos.empty());
    request.repair.cloud_init->as_iso = true;
    const auto isos = unwrap(target_machine(request, {}, {}, test::FakeGuest{})).isos;
    g_assert_true(isos.size() == 1 && isos.front().seed && isos.front().file.path.empty());
}

/// What is in the source's drives will be in those of the target, but not where it was.
static void iso_images_are_carried_over() {
    Machine source;
    source.cdroms = {Bus::ide, Bus::ide};
    source.isos = {{.drive = 1,
                    .name = "a.iso",
                    .bytes = 65536,
                    .file = {.path = "/import/a.iso", .window = {}},
                    .fetch = Fetch{}}};
    Request request;
    request.repair.cloud_init.emplace().as_iso = true;
    const auto target = unwrap(target_machine(request, source, {}, test::FakeGuest{}));
    g_assert_cmpuint(target.isos.size(), ==, 2);
    const auto &iso = target.isos.front();
    g_assert_true(iso.drive == 1 && iso.bytes == 65536 && iso.file.path.empty() && !iso.fetch && !iso.seed);
    assert_equal(iso.name, "a.iso");
    g_assert_true(target.isos.back().seed);
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, nullptr);
    g_test_add_func("/target-machine/no-card", no_card_stays_none);
    g_test_add_func("/target-machine/kernel-names", kernel_names_order_the_cards);
    g_test_add_func("/target-machine/two-names", two_names_of_one_card_lose_none);
    g_test_add_func("/target-machine/slots", slots_tell_whose_mac_it_is);
    g_test_add_func("/target-machine/seed", a_seed_can_be_a_medium);
    g_test_add_func("/target-machine/isos", iso_images_are_carried_over);
    return g_test_run();
}
