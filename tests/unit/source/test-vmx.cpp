// SPDX-License-Identifier: LGPL-2.1-or-later
// VMX files: what machine they describe, and what is refused.
#include "convert/source/vmx/hardware.h"
#include "tests/support/metadata_case.h"
#include "tests/support/notices.h"

using namespace h2k;
using namespace std::string_view_literals;
using test::assert_case;
using test::assert_equal;
using test::assert_refused;
using test::describe_file;
using test::unwrap;

namespace {

std::string error_of(std::string_view text) { return test::message_of(parse_vmx(text, "x.vmx"), H2K_ERROR_SOURCE); }

VmxHardware hardware_of(std::string_view text) {
    return unwrap(vmx_hardware(unwrap(parse_vmx(text, "x.vmx")), "x.vmx"));
}

std::string warnings_of(std::string_view text) { return join(test::texts_of(hardware_of(text).notices), "\n"); }

std::string slots_of(std::string_view text) {
    std::vector<std::string> slots;
    for (const auto &disk : hardware_of(text).disks)
        slots.push_back(disk.slot);
    return join(slots, " ");
}

/// A machine with one disk whose file is called @name.
std::string naming(const std::string &name) {
    return "config.version = \"8\"\nscsi0:0.present = \"TRUE\"\nscsi0:0.fileName = \"" + name + "\"\n";
}

} // namespace

static void describes_machines() {
    assert_case("vmx-bios-lsi", "web01.vmx",
                "vmx “web01-Größe-prod” 564d803e-f232-5675-44a6-45892b4a034b\n"
                "4 processors, 2 cores, 2048 MiB, bios, debian8-64\n"
                "“Front end\nSecond line\nat 5|6”\n"
                "disk0 scsi web01.vmdk 24 MiB\n"
                "nic 00:50:56:bc:12:34 “e1000” “VM Network”\n"
                "cdrom ide\n");
    assert_case(
        "vmx-efi-tpm-nvme", "vault.vmx",
        "vmx “Vault-7-on-R-D-new” 421c0f9e-55aa-0102-0304-05060708090a\n"
        "6 processors, 3 cores, 12288 MiB, uefi secure tpm, rhel9-64\n"
        "disk0 nvme vault_1.vmdk 3072 MiB\n"
        "disk1 nvme vault.vmdk 40 MiB\n"
        "nic 00:0c:29:0a:0b:0c “vmxnet3” “nat”\n"
        "cdrom sata\n"
        "! The contents of the TPM of “vault.vmx” are not carried over; keys that are sealed in it are lost.\n"
        "! A drive for CDs and DVDs stays empty: “vault.vmx” names the file “C:\\ISO\\rhel-9.iso”, which is outside "
        "its own folder; use --allow-folder to allow reading from another folder.\n"
        "! Not carried over: CD or DVD C:\\ISO\\rhel-9.iso.\n");
    assert_case("vmx-sata-ide", "old.vmx",
                "vmx “old-box” \n"
                "1 processors, 0 cores, 512 MiB, bios, other26xlinux\n"
                "disk0 ide drives/boot.vmdk 16 MiB\n"
                "disk1 ide data.vmdk 8 MiB\n"
                "disk2 sata sata.vmdk 4 MiB\n"
                "cdrom ide\n"
                "cdrom sata\n"
                "! The disk ide1:0 of “old.vmx” lost its changes at each power off; the imported disk keeps them.\n"
                "! Not carried over: drive scsi0:6 (scsi-passthru).\n");
    assert_case(
        "vmx-windows-1252", "buero.vmx",
        "vmx “Büro-Zürich” \n"
        "3 processors, 0 cores, 768 MiB, bios, debian5\n"
        "“Kosten: 5 €”\n"
        "disk0 scsi Büro.vmdk 20 MiB\n"
        "nic 00:50:56:00:ab:01 “e1000” “bridged”\n"
        "nic 00:0c:29:44:55:66 “” “VMnet8”\n"
        "nic  “” “”\n"
        "! “buero.vmx” has 3 processors and sockets of 2 cores, which do not match; the number of cores is ignored.\n"
        "! “buero.vmx” gives the network card ethernet2 the address “ff:ff:ff:ff:ff:ff”, which is not a valid MAC "
        "address.\n");
}

static void parses_settings() {
    const auto set = unwrap(parse_vmx(
        "\xef\xbb\xbf# comment\r\n\r\n a.B = \"x|22|7c|7C|09|zz|4\" # more\nc=d # e\r\ne = \"\"\nE = \"\"", "x"));
    assert_equal(set["a.b"], "x\"||\t|zz|4");
    assert_equal(set["c"], "d");
    g_assert_true(set.values.contains("e"));
    assert_equal(set["none"], "");
    for (const auto *yes : {"TRUE", "true", "1", "Yes", "on", "T"})
        g_assert_true(unwrap(parse_vmx("a = " + std::string{yes}, "x")).is_true("a"));
    for (const auto *no : {"FALSE", "0", "truest", "2"})
        g_assert_false(unwrap(parse_vmx("a = " + std::string{no}, "x")).is_true("a", true));
    g_assert_true(set.is_true("none", true));
    g_assert_cmpuint(unwrap(parse_vmx("", "x")).values.size(), ==, 0);
}

static void knows_encodings() {
    const auto named = [](std::string_view encoding, std::string_view name) {
        const auto set = unwrap(parse_vmx(
            ".encoding = \"" + std::string{encoding} + "\"\ndisplayName = \"" + std::string{name} + "\"\n", "x"));
        return set["displayname"] + join(test::texts_of(set.notices), "|");
    };
    assert_equal(named("windows-1252", "\x80"), "€");
    assert_equal(named("UTF-8", "\xe2\x82\xac"), "€");
    assert_equal(named("utf-8", "\xe2\x82\xac"), "€");
    assert_equal(named("GBK", "\xb2\xe2\xca\xd4"), "测试");
    // The second byte of this character is that of '|'.
    assert_equal(named("GBK", "\x81\x7c"
                              "41"),
                 "亅41");
    assert_equal(named("Shift_JIS", "\x83\x65\x83\x58\x83\x67"), "テスト");
    assert_equal(named("UTF-8", "a\xff"),
                 "a\xef\xbf\xbd“x” has characters that are not valid in its encoding “UTF-8”.");
    assert_equal(named("windows-1252", "a\x81"),
                 "a\xef\xbf\xbd“x” has characters that are not valid in its encoding “windows-1252”.");
    const auto silent = unwrap(parse_vmx("displayName = \"\xfc\"\n", "x"));
    assert_equal(silent["displayname"] + join(test::texts_of(silent.notices), "|"),
                 "ü“x” does not specify its encoding; windows-1252 is assumed.");
    for (const auto *bad : {"UTF-16", "UCS-4", "no-such", "EBCDIC-US", "UTF-8//TRANSLIT", "../../x", "UTF-7\x01"})
        assert_equal(error_of(".encoding = \"" + std::string{bad} + "\"\na = \"\xfc\"\n"),
                     "“x.vmx” is in the encoding “" + replace_all(bad, "\x01", "?") + "”, which is not supported.");
}

static void refuses_bad_text() {
    assert_equal(error_of("a = \"1\"\nwhat is this\n"), "Line 2 of “x.vmx” cannot be parsed: “what is this”.");
    for (const std::string odd : {"a = \"1", "a = \"1\" b", "a = 1\"b"})
        assert_equal(error_of(odd), "Line 1 of “x.vmx” cannot be parsed: “" + odd + "”.");
    assert_equal(error_of(" = \"1\""), "Line 1 of “x.vmx” cannot be parsed: “= \"1\"”.");
    assert_equal(error_of("# a\rb = 2"), "Line 1 of “x.vmx” holds a control character: “# a?b = 2”.");
    assert_equal(error_of("a = \"|00\""), "Line 1 of “x.vmx” holds a zero byte.");
    assert_equal(error_of("a = \"1\"\n\0"sv),
                 "“x.vmx” is not a text file and cannot be the settings of a VMware machine.");
    assert_equal(error_of(std::string((1u << 20) + 1, '\n')),
                 "“x.vmx” is longer than 1 MiB, too long for the settings of a VMware machine.");
    g_assert_true(parse_vmx(std::string(1u << 20, '\n'), "x").has_value());
}

static void passes_over_nonsense() {
    const auto passed = [](const std::string &key, const std::string &value) {
        return "“x.vmx” sets “" + key + "” to “" + value + "”, which is invalid and is ignored.";
    };
    for (const auto *bad : {"-1", "0", "4097", "99999999999999999999", "two", "0x10", "1.5"})
        assert_equal(warnings_of("numvcpus = \"" + std::string{bad} + "\"\n"), passed("numvcpus", bad));
    assert_equal(warnings_of("memsize = \"16777217\"\n"), passed("memsize", "16777217"));
    g_assert_cmpuint(hardware_of("memsize = \"16777216\"\n").machine.memory, ==, std::uint64_t{1} << 44);
    assert_equal(warnings_of("numvcpus=\"4\"\ncpuid.coresPerSocket=\"0\"\n"), "");
    g_assert_cmpuint(hardware_of("").machine.vcpus, ==, 1);
    assert_equal(hardware_of("uuid.bios = \"no uuid\"").machine.uuid, "");
    assert_equal(hardware_of("uuid.bios = \"00 00 00 00 00 00 00 00-00 00 00 00 00 00 00 00\"").machine.uuid, "");
    assert_equal(hardware_of("guestOS = \"arm-debian12-64\"").machine.arch, "aarch64");
    assert_equal(hardware_of("annotation = \"|01a|1b[31m|0d|0ab|FF\"").machine.description, "a[31m\nb\xef\xbf\xbd");
    assert_equal(hardware_of("guestOS = \"a|0Ab\"").machine.os_type, "a?b");
    // Secure boot is the firmware's.
    g_assert_false(hardware_of("uefi.secureBoot.enabled = \"TRUE\"").machine.secure_boot);
    const auto nics = hardware_of("ethernet0.present=TRUE\nethernet0.pciSlotNumber=1184\nethernet0.addressType="
                                  "static\nethernet0.generatedAddress="
                                  "00:0c:29:00:00:01\nethernet10.present=TRUE\nethernet2.present=TRUE\n"
                                  "ethernet02.present=TRUE\nethernet100.present=TRUE\nethernetx.present=TRUE\n"
                                  "ethernet10.vnet=ten\n")
                          .machine.nics;
    g_assert_cmpuint(nics.size(), ==, 3);
    assert_equal(nics[0].mac, "00:0c:29:00:00:01");
    assert_equal(nics[2].network, "ten");
    g_assert_cmpuint(nics[0].slot, ==, 1184);
    g_assert_cmpuint(nics[1].slot, ==, 0);
}

static void orders_disks() {
    const auto disk = [](const std::string &slot) {
        return slot + ".present = \"TRUE\"\n" + slot + ".fileName = \"" + slot + ".vmdk\"\n";
    };
    std::string all;
    for (const auto *slot : {"nvme0:0", "sata0:10", "sata0:9", "scsi1:0", "scsi0:1", "ide1:0", "ide0:1"})
        all += disk(slot);
    assert_equal(slots_of(all), "ide0:1 ide1:0 scsi0:1 scsi1:0 sata0:9 sata0:10 nvme0:0");
    assert_equal(slots_of(all + "bios.hddOrder = \"SCSI1:0, nvme0:0,scsi7:7,junk,scsi1:0\""),
                 "scsi1:0 nvme0:0 ide0:1 ide1:0 scsi0:1 sata0:9 sata0:10");
    assert_equal(slots_of(all + "bios.bootOrder = \"ethernet0,sata0:9,hdd\"\nbios.hddOrder = \"ide1:0\""),
                 "sata0:9 ide1:0 ide0:1 scsi0:1 scsi1:0 sata0:10 nvme0:0");
    for (const auto *odd :
         {"scsi00:0", "scsi0:00", "scsi0:100", "scsi0:-1", "scsi:0", "scsi0:", "usb0:0", "scsi4294967296:0"})
        assert_equal(slots_of(disk(odd)), "");
    assert_equal(warnings_of("scsi0:0.present = TRUE\n"), "The disk scsi0:0 of “x.vmx” has no file and is left out.");
    std::string flood;
    for (int i = 0; i < 600; i++)
        flood += disk("scsi" + std::to_string(i / 60) + ":" + std::to_string(i % 60));
    assert_equal(test::message_of(vmx_hardware(unwrap(parse_vmx(flood, "x.vmx")), "x.vmx"), H2K_ERROR_SOURCE),
                 "“x.vmx” has more than 512 disks.");
    std::string cards;
    for (int i = 0; i < 65; i++)
        cards += "ethernet" + std::to_string(i) + ".present = TRUE\n";
    assert_equal(test::message_of(vmx_hardware(unwrap(parse_vmx(cards, "x.vmx")), "x.vmx"), H2K_ERROR_SOURCE),
                 "“x.vmx” has more than 64 network cards.");
}

static void refuses_machines() {
    const auto refused = [](std::string_view text) {
        return test::message_of(vmx_hardware(unwrap(parse_vmx(text, "x.vmx")), "x.vmx"), H2K_ERROR_SOURCE);
    };
    for (const auto *key : {"encryption.keySafe", "encryption.data"})
        assert_equal(refused(std::string{key} + " = \"vmware:key/list/x\"\n"),
                     "“x.vmx” is the settings file of an encrypted machine (“encryption.keySafe”); remove the "
                     "encryption there: in the settings of the machine in Workstation and Fusion, by another storage "
                     "policy in vSphere; then copy or export it again.");
    assert_equal(warnings_of("encryption.keySafe = \"x\"\nvmx.encryptionType = \"partial\"\n"),
                 "A part of “x.vmx” is encrypted and not read.");
    assert_equal(refused("ide0:0.present = TRUE\nide0:0.fileName = \"/dev/sda\"\nide0:0.deviceType = \"rawDisk\"\n"),
                 "The disk ide0:0 of “x.vmx” is a physical disk of its host (rawDisk), which is not in any file; copy "
                 "the disk there with “qemu-img convert -O qcow2 DEVICE disk.qcow2” and name the images as the "
                 "sources.");
    const auto redo = naming("a.vmdk") + "scsi0:0.redo = \"./a.vmdk.REDO_x\"\n";
    assert_equal(refused(redo), "The disk scsi0:0 of “x.vmx” has its newest data in the redo log “./a.vmdk.REDO_x”, "
                                "which is not read; commit it with VMware first.");
    assert_equal(warnings_of(redo + "scsi0:0.mode = \"independent-nonpersistent\"\n"),
                 "The disk scsi0:0 of “x.vmx” lost its changes at each power off; the imported disk keeps them.");
}

static void keeps_to_its_folder() {
    const test::TestFolder folder, other;
    const auto path = folder / "x.vmx";
    const auto secret = test::make_vmdk(other, "monolithicSparse", 4u << 20, "secret.vmdk");
    std::filesystem::create_symlink(secret, folder / "link.vmdk");
    const auto outside = [](const std::string &name) {
        return "“x.vmx” names the file “" + name +
               "”, which is outside its own folder; use --allow-folder to allow reading from another folder.";
    };
    const auto up = "../" + base_name(other.path()) + "/secret.vmdk";
    for (const auto &name : {std::string{"/etc/shadow"}, std::string{"/dev/sda"}, std::string{"../../../etc/shadow"},
                             std::string{"link.vmdk"}, secret, up, std::string{"C:\\Windows\\x.vmdk"}}) {
        unwrap(write_file(path, naming(name)));
        assert_refused(path, outside(name));
    }
    unwrap(write_file(path, naming("gone.vmdk")));
    assert_refused(path, "“x.vmx” names the file “gone.vmdk”, which does not exist.");
    for (const auto *name : {"..", ".", "/", "\\"}) {
        unwrap(write_file(path, naming(name)));
        assert_refused(path, "“x.vmx” names the file “" + std::string{name} + "”, which is not a valid file name.");
    }
    unwrap(write_file(path, naming(std::string(5000, 'a'))));
    assert_refused(path, "“x.vmx” names the file “" + std::string(300, 'a') + "…”, which does not exist.");
    unwrap(write_file(path, naming("a|00.vmdk")));
    assert_refused(path, "Line 3 of “x.vmx” holds a zero byte.");
    unwrap(write_file(path, naming(secret)));
    g_assert_cmpuint(unwrap(describe({.sources = {path}, .allowed_folders = {other.path()}})).source.disks.size(), ==,
                     1);
}

static void takes_vmdk_files_alone() {
    const test::TestFolder folder;
    const auto path = folder / "x.vmx";
    test::make_qcow2(folder, "compat=1.1");
    unwrap(write_file(path, naming("d.qcow2")));
    assert_refused(path, "“x.vmx” names “d.qcow2” as its disk scsi0:0, which is not a VMDK image.");
    unwrap(write_file(folder / "disk.raw", std::string(510, 'x') + "\x55\xaa" + std::string(512, '\0')));
    unwrap(write_file(path, naming("disk.raw")));
    assert_refused(path, "“x.vmx” names “disk.raw” as its disk scsi0:0, which is not a VMDK image.");
    test::make_vmdk(folder, "monolithicSparse", 4u << 20);
    unwrap(write_file(path, naming("disk.vmdk") + "scsi0:1.present=TRUE\nscsi0:1.fileName=./disk.vmdk\n"));
    assert_refused(path, "“" + (folder / "disk.vmdk") + "” is given twice, or shares a file with another disk.");
    unwrap(write_file(path, naming("disk.vmdk") + "scsi0:0.deviceType = cdrom-image\n"));
    assert_refused(path, "“x.vmx” has no disk.");
    unwrap(write_file(path, naming("x.vmx")));
    assert_refused(path, "“x.vmx” is a text file, not a disk image.");
}

static void tells_its_state() {
    const test::TestFolder folder;
    test::make_vmdk(folder, "monolithicSparse", 4u << 20);
    const auto path = folder / "x.vmx";
    unwrap(write_file(path, naming("disk.vmdk")));
    assert_equal(unwrap(describe_file(path)).source.name, "x");
    g_assert_cmpuint(test::texts_of(unwrap(describe_file(path)).notices).size(), ==, 0);
    unwrap(make_folder(folder / "x.vmx.lck", 0755));
    unwrap(write_file(folder / "x-1.vmss", "x"));
    assert_equal(join(test::texts_of(unwrap(describe_file(path)).notices), "\n"),
                 "“x.vmx.lck” is beside “x.vmx”: VMware may still be running the machine, and its last writes may be "
                 "missing.\n“x-1.vmss” holds the memory of a suspended machine, which is not carried over.");
    std::filesystem::remove(folder / "x.vmx.lck");
    unwrap(write_file(path, naming("disk.vmdk") + "checkpoint.vmState = \"x-1.vmss\"\n"));
    assert_equal(join(test::texts_of(unwrap(describe_file(path)).notices), "\n"),
                 "“x.vmx” is suspended; the contents of its memory are not carried over, and its guest starts as after "
                 "a power failure.");
}

static void is_recognised() {
    const test::TestFolder folder;
    test::make_vmdk(folder, "monolithicSparse", 4u << 20);
    const auto text = naming("disk.vmdk");
    for (const auto *name : {"x.VMX", "x.vmtx", "settings.txt"}) {
        unwrap(write_file(folder / name, text));
        assert_equal(unwrap(describe_file(folder / name)).kind, "vmx");
    }
    unwrap(write_file(folder / "empty.vmx", ""));
    assert_refused(folder / "empty.vmx", "“empty.vmx” has no disk.");
    unwrap(write_file(folder / "bin.vmx", std::string(100, '\0')));
    assert_refused(folder / "bin.vmx", "“bin.vmx” is not a text file and cannot be the settings of a VMware machine.");
    // What a guest can write to its own disk must not choose other files of the host.
    unwrap(write_file(folder / "disk.img", text + std::string((2u << 20) - text.size(), '#')));
    test::patch(folder / "disk.img", 510, "\x55\xaa#\n");
    assert_equal(unwrap(describe_file(folder / "disk.img")).kind, "disks");
    const auto two = describe({.sources = {folder / "x.VMX", folder / "disk.vmdk"}});
    assert_equal(test::message_of(two, H2K_ERROR_SOURCE),
                 "“x.VMX” describes a whole machine, so it has to be the only source.");
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, nullptr);
    g_test_add_func("/vmx/machines", describes_machines);
    g_test_add_func("/vmx/settings", parses_settings);
    g_test_add_func("/vmx/encodings", knows_encodings);
    g_test_add_func("/vmx/bad-text", refuses_bad_text);
    g_test_add_func("/vmx/nonsense", passes_over_nonsense);
    g_test_add_func("/vmx/order", orders_disks);
    g_test_add_func("/vmx/refused", refuses_machines);
    g_test_add_func("/vmx/folder", keeps_to_its_folder);
    g_test_add_func("/vmx/vmdk-alone", takes_vmdk_files_alone);
    g_test_add_func("/vmx/state", tells_its_state);
    g_test_add_func("/vmx/recognised", is_recognised);
    return g_test_run();
}
