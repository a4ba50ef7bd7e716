// SPDX-License-Identifier: LGPL-2.1-or-later
// What the text of an OVF descriptor says, and what of it is refused.
#include "convert/source/ovf/units.h"
#include "tests/support/notices.h"
#include "tests/support/ovf_package.h"
#include <algorithm>

using namespace h2k;
using test::assert_bad;
using test::assert_equal;
using test::disk;
using test::drive;
using test::Envelope;
using test::file;
using test::hardware_of;
using test::item;
using test::small;

static void reads_units() {
    const auto check = [](const char *quantity, const char *units, std::optional<std::uint64_t> bytes) {
        const auto found = ovf_bytes(quantity, units);
        g_assert_true(found == bytes);
    };
    constexpr std::uint64_t mib = 1u << 20;
    check("3", "", 3);
    check("3", "byte", 3);
    check("3", "byte * 2^20", 3 * mib);
    check(" 3 ", "byte*2^20", 3 * mib);
    check("3", "Byte * 2^30", 3072 * mib);
    check("3", "byte * 10^6", 3000000);
    check("3", "byte * 1024 * 1024", 3 * mib);
    for (const auto *word : {"MegaBytes", "MB", "MiB", "megabyte"})
        check("3", word, 3 * mib);
    check("3", "KiloBytes", 3072);
    check("3", "GigaBytes", 3072 * mib);
    check("3", "TB", 3072 * 1024 * mib);
    for (const auto *bad : {"", "-1", "0x10", "1.5", "ten", "18446744073709551616"})
        check(bad, "byte", std::nullopt);
    for (const auto *bad :
         {"hertz * 10^6", "byte *", "* byte", "byte * 2^", "byte * 2^64", "byte / 2", "2^20", "byte * x"})
        check("1", bad, std::nullopt);
    check("18446744073709551615", "byte", G_MAXUINT64);
    check("17592186044416", "byte * 2^20", std::nullopt);
    check("4294967296", "byte * 4294967296", std::nullopt);
}

/// The ids of the disks in their order, with the bus of each.
static std::string order_of(const Envelope &envelope) {
    const auto parsed = test::unwrap(parse_ovf(envelope.text(), "x.ovf"));
    std::vector<std::string> parts;
    for (const auto &one : test::unwrap(ovf_hardware(parsed, "x.ovf")).drives)
        parts.push_back(parsed.disks[one.disk].id + ":" + name_of(one.bus));
    return join(parts, " ");
}

static Envelope four_disks() {
    Envelope all;
    for (const std::string id : {"a", "b", "c", "d"}) {
        all.files += file("f" + id, id + ".vmdk");
        all.disks += disk(id, "f" + id);
    }
    return all;
}

static void orders_disks() {
    auto all = four_disks();
    const auto controller = [](const char *instance, const char *type, const char *address, const char *subtype = "") {
        return item({std::string{"InstanceID="} + instance, std::string{"ResourceType="} + type,
                     std::string{"Address="} + address, std::string{"ResourceSubType="} + subtype});
    };
    // The second channel first, as VMware writes them.
    all.items = controller("4", "5", "1") + controller("5", "5", "0") + drive("10", "ovf:/disk/a", "4", "0") +
                drive("11", "ovf:/disk/b", "5", "1") + drive("12", "ovf:/disk/c", "5", "0") +
                drive("13", "/disk/d", "4", "1");
    assert_equal(order_of(all), "c:ide b:ide a:ide d:ide");
    // Kinds as they appear; numbers as numbers.
    all.items = drive("10", "ovf:/disk/a", "8", "10") + drive("11", "ovf:/disk/b", "8", "9") +
                drive("12", "ovf:/disk/c", "3", "0") + drive("13", "ovf:/disk/d", "77", "0") +
                controller("8", "20", "0", "vmware.nvme.controller") + controller("3", "6", "0", "VirtualSCSI");
    assert_equal(order_of(all), "b:nvme a:nvme c:scsi d:scsi");
    all.system =
        "<vmw:BootOrderSection vmw:instanceId=\"13 99 11\" vmw:type=\"disk net\"><Info/></vmw:BootOrderSection>";
    assert_equal(order_of(all), "d:scsi b:nvme a:nvme c:scsi");
    // oVirt marks the disk; one in a drive of unknown kind comes as it stands.
    all.system = {};
    all.disks = disk("a", "fa") + disk("b", "fb", "8", "ovf:boot=\"false\" ovf:disk-interface=\"IDE\"") +
                disk("c", "fc", "8", "ovf:boot=\"True\" ovf:disk-interface=\"VirtIO\"") +
                disk("d", "fd", "8", "ovf:disk-interface=\"VirtIO_SCSI\"");
    all.items = drive("1", "a") + drive("2", "x/b") + drive("3", "c/y") + drive("4", "d");
    assert_equal(order_of(all), "c:virtio a:scsi b:ide d:scsi");
    // Written by hand: disks, and nothing that they are in.
    all.items = item({"InstanceID=1", "ResourceType=3", "VirtualQuantity=2"});
    assert_equal(order_of(all), "c:virtio a:scsi b:ide d:scsi");
}

static void knows_controllers() {
    const std::vector<std::pair<std::string, std::string>> cases{
        {"<rasd:ResourceType>20</rasd:ResourceType><rasd:ResourceSubType>AHCI</rasd:ResourceSubType>", "sata"},
        {"<rasd:ResourceType>20</rasd:ResourceType><rasd:ResourceSubType>vmware.sata.ahci</rasd:ResourceSubType>",
         "sata"},
        {"<rasd:ResourceType>20</rasd:ResourceType><rasd:ResourceSubType>NVMe</rasd:ResourceSubType>", "nvme"},
        {"<rasd:ResourceType>20</rasd:ResourceType><rasd:ResourceSubType>VirtioSCSI</rasd:ResourceSubType>", "scsi"},
        {"<rasd:ResourceType>20</rasd:ResourceType><rasd:ResourceSubType>LsiLogicSas</rasd:ResourceSubType>", "scsi"},
        {"<rasd:ResourceType>20</rasd:ResourceType>", "sata"},
        {"<rasd:ResourceType>5</rasd:ResourceType><rasd:ResourceSubType>PIIX4</rasd:ResourceSubType>", "ide"},
        {"<rasd:ResourceType>6</rasd:ResourceType><rasd:ResourceSubType>lsilogicsas</rasd:ResourceSubType>", "scsi"},
        {"<rasd:ResourceType>8</rasd:ResourceType>", "scsi"}};
    for (const auto &[controller, bus] : cases) {
        auto one = small();
        one.items = "<Item><rasd:InstanceID>3</rasd:InstanceID>" + controller + "</Item>" +
                    drive("9", "ovf:/disk/d", "3") + item({"InstanceID=4", "ResourceType=15", "Parent=3"}) +
                    item({"InstanceID=5", "ResourceType=16"});
        assert_equal(order_of(one), "d:" + bus);
        const auto drives = hardware_of(one).machine.cdroms;
        g_assert_cmpuint(drives.size(), ==, 2);
        assert_equal(name_of(drives[0]), bus);
        assert_equal(name_of(drives[1]), "ide");
    }
}

static void chooses_the_default_configuration() {
    auto one = small();
    one.items += item({"InstanceID=1", "ResourceType=3", "VirtualQuantity=1"}) +
                 item({"InstanceID=1", "ResourceType=3", "VirtualQuantity=6"}, "ovf:configuration=\"mid large\"") +
                 item({"InstanceID=1", "ResourceType=3", "VirtualQuantity=12"}, "ovf:configuration=\"huge\"") +
                 item({"InstanceID=2", "ResourceType=4", "VirtualQuantity=2048"}, "ovf:configuration=\"large\"") +
                 item({"InstanceID=2", "ResourceType=4", "VirtualQuantity=1024"}) +
                 item({"InstanceID=2", "ResourceType=4", "VirtualQuantity=256"}, "ovf:bound=\"min\"") +
                 "<vmw:Config ovf:configuration=\"huge\" vmw:key=\"firmware\" vmw:value=\"efi\"/>"
                 "<vmw:Config ovf:configuration=\"large\" vmw:key=\"firmware\" vmw:value=\"bios\"/>";
    one.top = "<DeploymentOptionSection><Info/><Configuration ovf:id=\"huge\"/><Configuration ovf:id=\"large\" "
              "ovf:default=\"true\"/></DeploymentOptionSection>";
    const auto found = hardware_of(one);
    g_assert_cmpuint(found.machine.vcpus, ==, 6);
    g_assert_cmpuint(found.machine.memory, ==, 2048u << 20);
    g_assert_true(found.machine.firmware == Firmware::bios);
    assert_equal(test::texts_of(found.notices).front(),
                 "“x.ovf” has several configurations: “huge”, “large”; “large” is used, and "
                 "--deployment-option chooses another one.");
    one.top = "<DeploymentOptionSection><Configuration ovf:id=\"huge\"/></DeploymentOptionSection>";
    g_assert_cmpuint(hardware_of(one).machine.vcpus, ==, 12);
}

static void bounds_the_machine() {
    auto one = small();
    one.items += item({"InstanceID=1", "ResourceType=3", "VirtualQuantity=5000"}) +
                 item({"InstanceID=2", "ResourceType=4", "VirtualQuantity=17", "AllocationUnits=byte * 2^40"});
    const auto found = hardware_of(one);
    g_assert_cmpuint(found.machine.vcpus + found.machine.memory, ==, 0);
    assert_equal(join(test::texts_of(found.notices), "|"),
                 "“x.ovf” sets “VirtualQuantity” to “5000”, which is invalid and is ignored.|“x.ovf” says that the "
                 "machine has “17 byte * 2^40” of memory, which is invalid.");
}

static void reads_cards() {
    auto one = small();
    one.items += item({"ResourceType=10", "InstanceID=1", "ResourceSubType=E1000 VmxNet3", "Connection=LAN",
                       "Address=00:50:56:AA:bb:0C"}) +
                 item({"ResourceType=10", "ResourceSubType=3", "MACAddress=00:1a:4a:16:01:51",
                       "Address={slot=0x03, bus=0x00, type=pci}", "InstanceID=2"}) +
                 item({"ResourceType=10", "InstanceID=3", "ResourceSubType=PCNet32", "Address=7"}) +
                 item({"ResourceType=11", "InstanceID=4", "Address=00:11:22:33:44:zz"});
    const auto found = hardware_of(one);
    std::string all;
    for (const auto &nic : found.machine.nics)
        all += nic.mac + "," + nic.model + "," + nic.network + ";";
    assert_equal(all, "00:50:56:aa:bb:0c,e1000,LAN;00:1a:4a:16:01:51,virtio,;,pcnet,;,,;");
    assert_equal(join(test::texts_of(found.notices), "|"),
                 "“x.ovf” gives a network card the address “00:11:22:33:44:zz”, which is not a valid MAC address.");
    // VirtualBox's own settings have the addresses, if they are of the same cards.
    one.items = drive("9", "/disk/d") + item({"ResourceType=10", "InstanceID=1"}) +
                item({"ResourceType=10", "InstanceID=2", "Address=08:00:27:00:00:09"});
    const auto machine = [](const std::string &last) {
        return "<Machine><Hardware><Network><Adapter slot=\"2\" enabled=\"true\" MACAddress=\"080027000002\"/><Adapter "
               "slot=\"0\" enabled=\"true\" MACAddress=\"080027000001\"/><Adapter slot=\"1\" enabled=\"" +
               last + "\" MACAddress=\"080027000003\"/></Network></Hardware></Machine>";
    };
    one.system = machine("false");
    assert_equal(hardware_of(one).machine.nics[0].mac, "08:00:27:00:00:01");
    assert_equal(hardware_of(one).machine.nics[1].mac, "08:00:27:00:00:09");
    one.system = machine("true");
    assert_equal(hardware_of(one).machine.nics[0].mac, "");
}

static void knows_the_machine() {
    auto one = small();
    one.system =
        "<Name>../etc/passwd&#10;x</Name><OperatingSystemSection ovf:id=\"101\"><Info/></OperatingSystemSection>";
    const auto plain = hardware_of(one).machine;
    assert_equal(plain.name, "etc-passwd-x");
    assert_equal(plain.os_type, "101");
    g_assert_true(plain.firmware == Firmware::unknown);
    one.system = "<Machine uuid=\"{0A1B2C3D-0000-4000-8000-00000000000F}\"><Hardware><Firmware type=\"EFI\"/>"
                 "<TrustedPlatformModule type=\"v2_0\"/></Hardware></Machine><OperatingSystemSection ovf:id=\"96\">"
                 "<OSType>Debian_arm64</OSType></OperatingSystemSection>";
    const auto box = hardware_of(one);
    assert_equal(box.machine.uuid, "0a1b2c3d-0000-4000-8000-00000000000f");
    assert_equal(box.machine.arch, "aarch64");
    g_assert_true(box.machine.firmware == Firmware::uefi && box.machine.tpm && !box.machine.secure_boot);
    assert_equal(join(test::texts_of(box.notices), "|"),
                 "The contents of the TPM of “x.ovf” are not carried over; keys that are sealed in it are lost.");
    const std::vector<std::pair<std::string, Firmware>> types{{"0", Firmware::bios},
                                                              {"1", Firmware::bios},
                                                              {"2", Firmware::uefi},
                                                              {"3", Firmware::uefi},
                                                              {"9", Firmware::unknown}};
    for (const auto &[type, firmware] : types) {
        one.system = "<BiosType>" + type + "</BiosType>";
        g_assert_true(hardware_of(one).machine.firmware == firmware);
        g_assert_true(hardware_of(one).machine.secure_boot == (type == "3"));
    }
}

static void passes_over_nonsense() {
    const auto warned = [](const std::string &items) {
        auto one = small();
        one.items += items;
        const auto found = hardware_of(one);
        g_assert_cmpuint(found.machine.memory, ==, 0);
        return join(test::texts_of(found.notices), "|");
    };
    for (const std::string quantity : {"-1", "0", "999999999999", "18446744073709551615"})
        assert_equal(warned(item({"ResourceType=4", "VirtualQuantity=" + quantity, "AllocationUnits=byte * 2^30"})),
                     "“x.ovf” says that the machine has “" + quantity + " byte * 2^30” of memory, which is invalid.");
    auto one = small();
    one.items += item({"ResourceType=3", "VirtualQuantity=99999999999"}) + item({"ResourceType=99999999999"});
    g_assert_cmpuint(hardware_of(one).machine.vcpus, ==, 0);
    one.items = drive("9", "ovf:/disk/d") + item({"ResourceType=4", "VirtualQuantity=640"});
    g_assert_cmpuint(hardware_of(one).machine.memory, ==, 640u << 20);
    one.items = drive("9", "ovf:/disk/d") + "<Item><rasd:ResourceType>3</rasd:ResourceType><rasd:VirtualQuantity>6</"
                                            "rasd:VirtualQuantity><vmw:CoresPerSocket>4</vmw:CoresPerSocket></Item>";
    g_assert_cmpuint(hardware_of(one).machine.vcpus, ==, 6);
    g_assert_cmpuint(hardware_of(one).machine.cores, ==, 0);
}

static void leaves_disks_out() {
    auto one = small();
    one.files += file("g", "other.vmdk");
    one.disks += disk("blank", "") + disk("lost", "g") +
                 "<Disk ovf:diskId=\"later\" ovf:fileRef=\"h\" ovf:capacity=\"${size}\"/>";
    one.files += file("h", "later.vmdk");
    one.items += drive("10", "ovf:/disk/blank") + drive("11", "") + drive("12", "ovf:/file/h");
    const auto found = hardware_of(one);
    g_assert_cmpuint(found.drives.size(), ==, 3);
    auto warnings = test::texts_of(found.notices);
    std::ranges::sort(warnings);
    assert_equal(join(warnings, "\n"), "A disk of “x.ovf” has no image and is left out.\n"
                                       "The disk “blank” of “x.ovf” is blank; an empty disk of 8.0 MiB is created.\n"
                                       "The disk “lost” of “x.ovf” is not attached to a device and is left out.\n"
                                       "“x.ovf” does not give a valid size of the disk “later”.");
}

static void refuses_envelopes() {
    assert_bad("<?xml version=\"1.0\"?><domain/>", "“x.ovf” is not an OVF descriptor.");
    assert_bad("<!DOCTYPE Envelope [<!ENTITY a SYSTEM \"file:///etc/passwd\">]><Envelope>&a;</Envelope>",
               "“x.ovf” declares a document type, which is refused for safety.");
    assert_bad("<Envelope><References/></Envelope>", "“x.ovf” describes no machine.");
    assert_bad("<Envelope><VirtualSystemCollection><VirtualSystem id=\"web\"/><VirtualSystemCollection><VirtualSystem "
               "id=\"b\"><Name>db&#10;</Name></VirtualSystem></VirtualSystemCollection></VirtualSystemCollection>"
               "</Envelope>",
               "“x.ovf” describes 2 machines: “web”, “b” (db); only one can be imported at a time: choose it with "
               "--machine.");
    auto one = small();
    one.files += file("f", "b.vmdk");
    assert_bad(one, "“x.ovf” lists the file “b.vmdk” twice.");
    one = small();
    one.files += file("g", "./disk.vmdk");
    assert_bad(one, "“x.ovf” lists the file “./disk.vmdk” twice.");
    one = small();
    one.files += file("g", "");
    assert_bad(one, "“x.ovf” is damaged: its list of files is invalid.");
    one = small();
    one.files = file("f", "disk.vmdk", "ovf:compression=\"lzma\"");
    assert_bad(one, "“x.ovf” says that “disk.vmdk” is compressed by “lzma”, which is not supported.");
    one = small();
    one.disks += disk("d", "f");
    assert_bad(one, "“x.ovf” lists the disk “d” twice.");
    one = small();
    one.disks += disk("", "f");
    assert_bad(one, "“x.ovf” is damaged: its list of disks is invalid.");
}

static void refuses_disks() {
    auto one = small();
    one.disks = disk("d", "f", "8", "ovf:parentRef=\"base\"");
    assert_bad(one, "“x.ovf” describes the disk “d” as a difference to another one; export it as a complete disk.");
    one = small();
    one.items = drive("9", "ovf:/disk/e");
    assert_bad(one, "“x.ovf” has a device for the disk “ovf:/disk/e”, which it does not describe.");
    one.items = drive("9", "ovf:/file/e");
    assert_bad(one, "“x.ovf” has a device for the disk “ovf:/file/e”, which it does not describe.");
    one = small();
    one.disks = disk("d", "g");
    assert_bad(one, "“x.ovf” keeps the disk “d” in a file that it does not list.");
    one = small();
    one.items += drive("10", "/disk/d");
    assert_bad(one, "“x.ovf” has two devices for the disk “d”.");
    one = small();
    one.disks += disk("e", "f");
    one.items += drive("10", "/disk/e");
    assert_bad(one, "“x.ovf” keeps two disks in the file “disk.vmdk”.");
    one = {};
    for (unsigned i = 0; i < 513; i++) {
        const auto n = std::to_string(i);
        one.files += file("f" + n, n);
        one.disks += disk("d" + n, "f" + n);
        one.items += drive(n, "/disk/d" + n);
    }
    assert_bad(one, "“x.ovf” has more than 512 disks.");
    one = small();
    for (unsigned i = 0; i < 65; i++)
        one.items += item({"ResourceType=10"});
    assert_bad(one, "“x.ovf” has more than 64 network cards.");
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, nullptr);
    g_test_add_func("/ovf/units", reads_units);
    g_test_add_func("/ovf/order", orders_disks);
    g_test_add_func("/ovf/controllers", knows_controllers);
    g_test_add_func("/ovf/configurations", chooses_the_default_configuration);
    g_test_add_func("/ovf/limits", bounds_the_machine);
    g_test_add_func("/ovf/cards", reads_cards);
    g_test_add_func("/ovf/machine", knows_the_machine);
    g_test_add_func("/ovf/nonsense", passes_over_nonsense);
    g_test_add_func("/ovf/left-out", leaves_disks_out);
    g_test_add_func("/ovf/bad-envelopes", refuses_envelopes);
    g_test_add_func("/ovf/bad-disks", refuses_disks);
    return g_test_run();
}
