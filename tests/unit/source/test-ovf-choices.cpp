// SPDX-License-Identifier: LGPL-2.1-or-later
// OVF packages with several machines or configurations, with blank disks, and with names that nearly fit.
#include "tests/support/notices.h"
#include "tests/support/ovf_package.h"

using namespace h2k;
using test::assert_equal;
using test::assert_refused;
using test::disk;
using test::drive;
using test::Envelope;
using test::file;
using test::hardware_of;
using test::make_disk;
using test::small;
using test::TestFolder;
using test::unwrap;
using test::write_ovf;

static void chooses_a_configuration() {
    auto one = small();
    one.items += test::item({"InstanceID=1", "ResourceType=3", "VirtualQuantity=2"}, "ovf:configuration=\"s\"") +
                 test::item({"InstanceID=1", "ResourceType=3", "VirtualQuantity=8"}, "ovf:configuration=\"l\"");
    one.top = "<DeploymentOptionSection><Configuration ovf:id=\"s\"/><Configuration "
              "ovf:id=\"l\"/></DeploymentOptionSection>";
    const auto chosen = [&](const std::string &id) {
        const auto hardware =
            unwrap(ovf_hardware(unwrap(parse_ovf(one.text(), "x.ovf", {.configuration = id})), "x.ovf"));
        return std::to_string(hardware.machine.vcpus) + " " + join(test::texts_of(hardware.notices), "|");
    };
    assert_equal(chosen("l"), "8 ");
    assert_equal(chosen("s"), "2 ");
    assert_equal(chosen(""),
                 "2 “x.ovf” has several configurations: “s”, “l”; “s” is used, and --deployment-option chooses another "
                 "one.");
    assert_equal(test::message_of(parse_ovf(one.text(), "x.ovf", {.configuration = "tiny"}), H2K_ERROR_SOURCE),
                 "“x.ovf” has no configuration “tiny”; it has “s”, “l”.");
    one.top = "<DeploymentOptionSection><Configuration ovf:id=\"l\"/></DeploymentOptionSection>";
    assert_equal(chosen(""), "8 "); // there is no choice
    one.top.clear();
    assert_equal(test::message_of(parse_ovf(one.text(), "x.ovf", {.configuration = "l"}), H2K_ERROR_SOURCE),
                 "“x.ovf” has no configurations, so --deployment-option does not apply to it.");
}

static void chooses_a_machine() {
    const auto system = [](const std::string &id, const std::string &name, const std::string &disk) {
        return "<VirtualSystem ovf:id=\"" + id + "\"><Info/><Name>" + name + "</Name><VirtualHardwareSection><Info/>" +
               drive("1", "ovf:/disk/" + disk) + "</VirtualHardwareSection></VirtualSystem>";
    };
    Envelope all{.files = file("fa", "a.vmdk") + file("fb", "b.vmdk"), .disks = disk("a", "fa") + disk("b", "fb")};
    auto text = all.text();
    const auto from = text.find("<VirtualSystem ");
    text = text.substr(0, from) + "<VirtualSystemCollection ovf:id=\"app\"><Info/>" + system("vm-a", "web", "a") +
           system("vm-b", "db", "b") + system("vm-c", "db", "b") + "</VirtualSystemCollection></Envelope>";
    const auto chosen = [&](const std::string &machine) {
        const auto envelope = unwrap(parse_ovf(text, "x.ovf", {.machine = machine}));
        const auto hardware = unwrap(ovf_hardware(envelope, "x.ovf"));
        g_assert_cmpuint(envelope.machines.size(), ==, 3);
        return envelope.system.id + ":" + envelope.disks[hardware.drives.at(0).disk].id +
               join(test::texts_of(hardware.notices), "|"); // nothing about the disks of the others
    };
    assert_equal(chosen("vm-b"), "vm-b:b");
    assert_equal(chosen("web"), "vm-a:a");
    const auto refused = [&](const std::string &machine) {
        return test::message_of(parse_ovf(text, "x.ovf", {.machine = machine}), H2K_ERROR_SOURCE);
    };
    assert_equal(refused("db"),
                 "“x.ovf” describes several machines “db”; give the id of one of “vm-a” (web), “vm-b” (db), "
                 "“vm-c” (db).");
    assert_equal(refused("mail"),
                 "“x.ovf” describes no machine “mail”; it describes “vm-a” (web), “vm-b” (db), “vm-c” (db).");
    // A package with one machine has nothing to choose, but a name has to fit.
    unwrap(parse_ovf(small().text(), "x.ovf", {.machine = "vm"}));
    assert_equal(test::message_of(parse_ovf(small().text(), "x.ovf", {.machine = "web"}), H2K_ERROR_SOURCE),
                 "“x.ovf” describes no machine “web”; it describes “vm”.");
}

static void takes_ports_for_cards() {
    auto one = small();
    one.items += "<EthernetPortItem><rasd:InstanceID>5</rasd:InstanceID><rasd:ResourceType>8</rasd:ResourceType>"
                 "<rasd:Address>00:50:56:00:00:07</rasd:Address></EthernetPortItem>";
    const auto nics = hardware_of(one).machine.nics;
    g_assert_cmpuint(nics.size(), ==, 1);
    assert_equal(nics.front().mac, "00:50:56:00:00:07");
}

/// Names that other systems make no difference of.
static void finds_similar_names() {
    const TestFolder folder;
    unwrap(make_folder(folder / "sub", 0755));
    make_disk(folder, "Disk.VMDK");
    make_disk(folder, "sub/u\xcc\x88.vmdk"); // decomposed, as macOS writes it
    const auto path = [&](const std::string &href) {
        auto one = small();
        one.files = file("f", href);
        return unwrap(test::describe_file(write_ovf(folder, one))).source.disks.front().top.path;
    };
    assert_equal(path("disk.vmdk"), folder / "Disk.VMDK");
    assert_equal(path("sub/Ü.vmdk"), folder / "sub/u\xcc\x88.vmdk");
    test::run({"tar", "-C", folder.path(), "-czf", folder / "x.ova", "x.ovf", "Disk.VMDK", "sub"});
    write_ovf(folder, small());
    test::run({"tar", "-C", folder.path(), "-czf", folder / "y.ova", "x.ovf", "Disk.VMDK"});
    const auto packed = unwrap(test::describe_file(folder / "y.ova"));
    assert_equal(join(packed.source.disks.front().fetch->members, "|"), "Disk.VMDK");
    // Which of two is meant is not known.
    make_disk(folder, "DISK.vmdk");
    assert_refused(write_ovf(folder, small()), "“x.ovf” names the file “disk.vmdk”, which does not exist.");
}

static void makes_blank_disks() {
    const TestFolder folder;
    make_disk(folder);
    auto one = small();
    one.disks += "<Disk ovf:diskId=\"data\" ovf:capacity=\"1000001\"/>" + disk("odd", "", "99999999999999");
    one.items = drive("8", "ovf:/disk/data") + one.items + drive("10", "ovf:/disk/data") + drive("11", "ovf:/disk/odd");
    const auto plan = unwrap(test::describe_file(write_ovf(folder, one)));
    g_assert_cmpuint(plan.source.disks.size(), ==, 3);
    for (const auto i : {0u, 2u}) {
        const auto &blank = plan.source.disks[i];
        g_assert_true(blank.blank && blank.files.empty() && blank.top.path.empty());
        g_assert_cmpuint(blank.top.bytes, ==, 1000448);
        assert_equal(blank.id, "disk" + std::to_string(i));
    }
    g_assert_false(plan.source.disks[1].blank);
    assert_equal(join(test::texts_of(plan.notices), "\n"),
                 "The disk “data” of “x.ovf” is blank; an empty disk of 976.6 KiB is created.\n"
                 "The disk “odd” of “x.ovf” is blank and has no valid size; it is left out.");
    // A machine with nothing else has no system.
    one.items = drive("8", "ovf:/disk/data");
    one.disks = disk("data", "");
    assert_refused(write_ovf(folder, one), "“x.ovf” describes a machine without a disk.");
}

static void lists_what_can_be_chosen() {
    const TestFolder folder;
    make_disk(folder);
    auto one = small();
    one.top = "<DeploymentOptionSection><Info/><Configuration ovf:id=\"s\"><Label>Small</Label></Configuration>"
              "<Configuration ovf:id=\"l\"/></DeploymentOptionSection>";
    const auto ovf = write_ovf(folder, one);
    const auto plan = unwrap(describe({.sources = {ovf}, .machine = "vm", .deployment_option = "l"}));
    g_assert_true(plan.machines.empty() && test::texts_of(plan.notices).empty());
    g_assert_cmpuint(plan.configurations.size(), ==, 2);
    g_assert_true(plan.configurations[1].chosen && !plan.configurations[0].chosen);
    assert_equal(plan.configurations[0].name, "Small");
    assert_equal(test::message_of(describe({.sources = {folder / "disk.vmdk"}, .machine = "vm"}), H2K_ERROR_USAGE),
                 "“disk.vmdk” is not an OVF package, so --machine does not apply to it.");
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, nullptr);
    g_test_add_func("/ovf-choices/configurations", chooses_a_configuration);
    g_test_add_func("/ovf-choices/machines", chooses_a_machine);
    g_test_add_func("/ovf-choices/listed", lists_what_can_be_chosen);
    g_test_add_func("/ovf-choices/ports", takes_ports_for_cards);
    g_test_add_func("/ovf-choices/blank", makes_blank_disks);
    g_test_add_func("/ovf-choices/similar", finds_similar_names);
    return g_test_run();
}
