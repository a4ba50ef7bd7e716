// SPDX-License-Identifier: LGPL-2.1-or-later
// OVF descriptors: what a machine is known by, the order of its cards, and the devices that no domain gets.
#include "tests/support/ovf_package.h"

using namespace h2k;
using test::assert_equal;
using test::hardware_of;
using test::item;
using test::small;

/// Guests number their cards by where these are attached, not by where the descriptor lists them.
static void orders_cards_by_address() {
    const auto order = [](const std::string &first, const std::string &second) {
        auto one = small();
        one.items += item({"ResourceType=10", "InstanceID=11", "Connection=b", "AddressOnParent=" + first}) +
                     item({"ResourceType=3", "InstanceID=1", "VirtualQuantity=2"}) +
                     item({"ResourceType=10", "InstanceID=12", "Connection=a", "AddressOnParent=" + second});
        const auto machine = hardware_of(one).machine;
        g_assert_cmpuint(machine.vcpus, ==, 2);
        return machine.nics.at(0).network + machine.nics.at(1).network;
    };
    assert_equal(order("8", "7"), "ab");
    assert_equal(order("7", "10"), "ba");
    for (const auto *unknown : {"", "x", "8"}) // not all of them say where they are, or two at the same place
        assert_equal(order("8", unknown), "ba");
}

/// The UUID that the guest sees in its BIOS comes before all others.
static void finds_the_uuid_of_the_bios() {
    const auto machine = [](const std::string &setting, const std::string &system = {}) {
        auto one = small();
        one.items += setting;
        one.system = system;
        return hardware_of(one).machine;
    };
    const std::string uuid = "42307e5b-8c1d-4a2f-b6e0-51d9c3a7f284", serial =
                                                                         "VMware-42 30 7e 5b 8c 1d 4a 2f-b6 e0 51 d9 "
                                                                         "c3 a7 f2 84";
    for (const auto *setting :
         {"<vmw:Config vmw:key=\"uuid\" vmw:value=\"42307E5B-8c1d-4a2f-b6e0-51d9c3a7f284\"/>",
          "<vmw:ExtraConfig vmw:key=\"uuid.bios\" vmw:value=\"42 30 7e 5b 8c 1d 4a 2f-b6 e0 51 d9 c3 a7 f2 84\"/>"}) {
        assert_equal(machine(setting).uuid, uuid);
        assert_equal(machine(setting).serial, serial);
    }
    assert_equal(machine("<vmw:Config vmw:key=\"uuid\" vmw:value=\"none\"/>").uuid, "");
    const auto vbox = machine("", "<Machine uuid=\"{0c5d2be4-f817-4f0b-9a61-3c9f1a5277de}\"><Hardware "
                                  "uuid=\"{" +
                                      uuid + "}\"/></Machine>");
    assert_equal(vbox.uuid, uuid);
    assert_equal(vbox.serial, "");
}

static void lists_what_is_lost() {
    auto one = small();
    one.items += item({"ResourceType=14", "InstanceID=20", "ElementName=Floppy 1"}) +
                 item({"ResourceType=21", "InstanceID=21", "ElementName=Serial port 1"}) +
                 item({"ResourceType=1", "InstanceID=22", "ElementName=GPU", "ResourceSubType=vmware.pcipassthrough"}) +
                 item({"ResourceType=15", "InstanceID=23", "HostResource=ovf:/file/f"}) +
                 item({"ResourceType=16", "InstanceID=24", "HostResource=ovf:/file/none"});
    std::string lost;
    for (const auto &device : hardware_of(one).machine.not_carried)
        lost += std::string{name_of(device.kind)} + " " + device.name + ";";
    assert_equal(lost, "floppy-drive Floppy 1;serial-port Serial port 1;pci-device GPU;");
    const auto media = hardware_of(one).media;
    g_assert_true(media.size() == 1 && media.front().drive == 0 && media.front().file == "disk.vmdk");
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, nullptr);
    g_test_add_func("/ovf/card-order", orders_cards_by_address);
    g_test_add_func("/ovf/bios-uuid", finds_the_uuid_of_the_bios);
    g_test_add_func("/ovf/lost-devices", lists_what_is_lost);
    return g_test_run();
}
