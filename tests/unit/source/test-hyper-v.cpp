// SPDX-License-Identifier: LGPL-2.1-or-later
// Folders that Hyper-V exports, its settings files, and folders with one descriptor.
#include "convert/source/hyper_v/settings.h"
#include "convert/source/image_kind.h"
#include "tests/support/metadata_case.h"
#include "tests/support/notices.h"
#include <algorithm>

using namespace h2k;
using test::assert_case;
using test::assert_equal;
using test::assert_refused;
using test::describe_file;
using test::make_image;
using test::TestFolder;
using test::unwrap;

namespace {

constexpr const char *ide = "_83f8638b-8dca-4152-9eda-2ca8b33039b4_";
constexpr const char *scsi = "_d422512d-2bf2-4752-809d-7b82b5fcb1b4_";
constexpr const char *tpm = "736e6aa9-a3f8-49c0-9550-a963214d259a";

std::string element(const std::string &name, const std::string &content) {
    return "<" + name + ">" + content + "</" + name + ">";
}

std::string drive(unsigned index, const std::string &path, const std::string &type = "VHD") {
    return element("drive" + std::to_string(index), element("pathname", path) + element("type", type));
}

/// Settings with @sections before what every machine has.
std::string settings(const std::string &sections, const std::string &properties = "<subtype>1</subtype>") {
    return element("configuration", sections + element("properties", properties) + "<settings/>");
}

/// A disk on the first IDE channel.
std::string naming(const std::string &path, const std::string &type = "VHD") {
    return settings(element(ide, element("controller0", drive(0, path, type))));
}

HyperVSettings parsed(const std::string &text) { return unwrap(parse_hyper_v(text, "x.xml")); }

std::string error_of(const std::string &text) {
    return test::message_of(parse_hyper_v(text, "x.xml"), H2K_ERROR_SOURCE);
}

std::string slots_of(const HyperVSettings &found) {
    std::vector<std::string> slots;
    for (const auto &disk : found.disks)
        slots.push_back(disk.slot + " " + disk.path);
    return join(slots, ", ");
}

/// An exported folder with one disk and the settings @text.
void make_export(const TestFolder &folder, const std::string &text) {
    unwrap(make_folder(folder / "Virtual Machines", 0755));
    unwrap(write_file(folder / "Virtual Machines/x.xml", text));
    make_image(folder, "Virtual Hard Disks/a.vhdx", "vhdx", "4M");
}

} // namespace

static void describes_exports() {
    assert_case("hyper-v-gen1", ".",
                "hyper-v “Ledger-Co” 7ffee066-9755-4950-9a16-4c94ac67ad00\n"
                "3 processors, 0 cores, 1536 MiB, bios, \n"
                "“Books since 1998\nask Zoë”\n"
                "disk0 ide Virtual Hard Disks/ledger.vhd 24 MiB\n"
                "disk1 scsi Virtual Hard Disks/data9.vhdx 9 MiB\n"
                "disk2 scsi Virtual Hard Disks/data10.vhdx 10 MiB\n"
                "disk3 scsi Virtual Hard Disks/archive.vhdx 64 MiB\n"
                "nic 00:15:5d:01:07:dc “netvsc” “Büro LAN”\n"
                "nic 00:15:5d:01:07:dd “tulip” “”\n"
                "cdrom ide debian-12.iso\n");
    const TestFolder folder;
    test::make_case(folder, "hyper-v-vmcx");
    const auto settings_file = "Virtual Machines/C0FFEE00-1234-4ABC-8DEF-0123456789AB.vmcx";
    for (const auto &source : {folder.path(), folder / "Virtual Machines", folder / settings_file}) {
        const auto plan = unwrap(describe_file(source));
        g_assert_true(plan.source.firmware == Firmware::unknown);
        assert_equal(plan.source.name, base_name(folder.path()));
        g_assert_cmpuint(plan.source.disks.size(), ==, 2);
        assert_equal(base_name(plan.source.disks[0].top.path), "web.vhdx");
        assert_equal(test::texts_of(plan.notices).front(),
                     "“C0FFEE00-1234-4ABC-8DEF-0123456789AB.vmcx” is in a format of Hyper-V that is not supported: the "
                     "machine's processors, memory, firmware and network cards are unknown, and its disks are used in "
                     "the order of their names.");
    }
}

/// Checkpoints: what others stand on is none of the machine's disks.
static void passes_over_parents() {
    const TestFolder folder;
    const auto disks = folder / "Virtual Hard Disks/", checkpoints = folder / "Snapshots/";
    unwrap(make_folder(folder / "virtual machines", 0755));
    unwrap(make_folder(checkpoints, 0755));
    unwrap(write_file(folder / "virtual machines/x.vmcx", "x"));
    make_image(folder, "Virtual Hard Disks/b.vhdx", "vhdx", "8M");
    make_image(folder, "Virtual Hard Disks/a.vhd", "vpc", "8M");
    const std::string tool = std::string{g_getenv("H2K_SOURCE_ROOT")} + "/tests/support/make-differencing";
    test::run({tool, "vhdx", disks + "b.vhdx", disks + "b_1.avhdx"});
    test::run({tool, "vhdx", disks + "b_1.avhdx", checkpoints + "b_2.avhdx", "--parent-name",
               "..\\Virtual Hard Disks\\b_1.avhdx"});
    unwrap(write_file(disks + "notes.txt", "x"));
    unwrap(make_folder(disks + "folder.vhd", 0755));
    const auto plan = unwrap(describe_file(folder.path()));
    g_assert_cmpuint(plan.source.disks.size(), ==, 2);
    assert_equal(plan.source.disks[0].top.path, disks + "a.vhd");
    assert_equal(plan.source.disks[1].top.path, checkpoints + "b_2.avhdx");
    g_assert_cmpuint(plan.source.disks[1].below.size(), ==, 2);
}

static void parses_settings() {
    const auto two = parsed(settings(
        element(scsi, element("controller0", drive(1, "c") + drive(0, "b"))) +
            element("_0000000a-0000-0000-0000-000000000000_", element("MacAddress", "00155D000001")) +
            element("manifest", element("vdev002", element("device", tpm) + element("instance", tpm)) +
                                    element("vdev001", element("instance", "0000000A-0000-0000-0000-000000000000") +
                                                           element("name", "Synthetic Ethernet Port"))) +
            element("_0000000b-0000-0000-0000-000000000000_", "<secure_boot_enabled>True</secure_boot_enabled>") +
            "<savedstate><memlocation/></savedstate>"
            "<global_settings><snapshots><list><size>2</size></list></snapshots></global_settings>",
        "<name>n</name><subtype>1</subtype>"));
    assert_equal(slots_of(two), "SCSI 0:0 b, SCSI 0:1 c");
    g_assert_true(two.machine.firmware == Firmware::uefi && two.machine.secure_boot && two.machine.tpm);
    g_assert_cmpuint(two.machine.nics.size(), ==, 1);
    assert_equal(two.machine.nics[0].mac, "00:15:5d:00:00:01");
    assert_equal(two.machine.nics[0].model, "netvsc");
    assert_equal(join(test::texts_of(two.notices), "\n"),
                 "The contents of the TPM of “x.xml” are not carried over; keys that are sealed in it are lost.\n"
                 "“x.xml” is suspended; the contents of its memory are not carried over, and its guest starts as after "
                 "a power failure.\nThe checkpoints of “x.xml” are not carried over; only its current state is.");
    // The other way round: IDE before SCSI, and no secure boot without UEFI.
    const auto one =
        parsed(settings(element(scsi, element("controller0", drive(0, "s"))) +
                            element(ide, element("controller1", drive(0, "i", "vhd") + drive(1, "", "ISO")) +
                                             element("controller0", drive(1, "j"))) +
                            "<_0000000b-0000-0000-0000-000000000000_><secure_boot_enabled>True"
                            "</secure_boot_enabled></_0000000b-0000-0000-0000-000000000000_>",
                        ""));
    assert_equal(slots_of(one), "IDE 0:1 j, IDE 1:0 i, SCSI 0:0 s");
    g_assert_true(one.machine.firmware == Firmware::bios && !one.machine.secure_boot && !one.machine.tpm);
    g_assert_true(one.machine.cdroms == std::vector{Bus::ide});
    assert_equal(join(test::texts_of(parsed(naming("")).notices), "|"),
                 "The disk IDE 0:0 of “x.xml” has no file and is left out.");
}

static void refuses_settings() {
    assert_equal(error_of("<configuration/>"), "“x.xml” is not the settings file of a Hyper-V machine.");
    assert_equal(error_of("<domain><properties/><settings/></domain>"),
                 "“x.xml” is not the settings file of a Hyper-V machine.");
    assert_equal(error_of("<!DOCTYPE configuration [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><configuration>&x;"
                          "</configuration>"),
                 "“x.xml” declares a document type, which is refused for safety.");
    assert_equal(error_of(naming("\\\\.\\PHYSICALDRIVE2", "PHYSICAL")),
                 "The disk IDE 0:0 of “x.xml” is of the type “PHYSICAL”, which is not supported; a physical disk has "
                 "no file that could be read.");
    for (const auto *bad : {"-1", "0", "two", "4097", "99999999999999999999"})
        assert_equal(join(test::texts_of(parsed(replace_all(settings(""), "<settings/>",
                                                            "<settings><processors><count>" + std::string{bad} +
                                                                "</count></processors></settings>"))
                                             .notices),
                          "|"),
                     "“x.xml” sets “processors/count” to “" + std::string{bad} + "”, which is invalid and is ignored.");
    std::string drives, cards;
    for (unsigned i = 0; i < 100; i++)
        drives += drive(i, "d");
    std::string controllers;
    for (unsigned i = 0; i < 6; i++)
        controllers += element("controller" + std::to_string(i), drives);
    assert_equal(error_of(settings(element(scsi, controllers))), "“x.xml” has more than 512 disks.");
    for (unsigned i = 10; i < 75; i++)
        cards += element("_000000" + std::to_string(i) + "-0000-0000-0000-000000000000_", "<MacAddress/>");
    assert_equal(error_of(settings(cards)), "“x.xml” has more than 64 network cards.");
    for (const auto *odd : {"controller100", "controller-1", "controllerx", "controller"})
        assert_equal(slots_of(parsed(settings(element(ide, element(odd, drive(0, "d")))))), "");
}

static void is_told_from_other_xml() {
    for (const auto *yes :
         {"<configuration>", "\xef\xbb\xbf<?xml version=\"1.0\"?>\n<!-- x -->\n <configuration a=''>"})
        g_assert_true(is_hyper_v(yes));
    for (const auto *no : {"", "<configurations>", "<domain><configuration>", "<?xml", "<!-- <configuration>",
                           "<configuration", "x<configuration>"})
        g_assert_false(is_hyper_v(no));
}

static void keeps_to_its_folder() {
    const TestFolder folder, other;
    const auto path = folder / "Virtual Machines/x.xml";
    make_export(folder, "");
    make_image(other, "secret.vhdx", "vhdx", "4M");
    const auto refuse = [&](const std::string &name, const std::string &sentence) {
        unwrap(write_file(path, naming(name)));
        assert_refused(folder.path(), sentence);
    };
    const auto absent = [](const std::string &name) {
        return "“x.xml” names the file “" + name +
               "”, which is not in the exported folder; use --allow-folder to allow reading from another folder.";
    };
    for (const auto &name : {std::string{"/etc/shadow"}, std::string{"../../etc/shadow"}, std::string{"C:\\gone.vhdx"},
                             std::string{".."}, std::string{"\\"}, std::string{"/"}, other / "secret.vhdx"})
        refuse(name, absent(name));
    refuse(std::string(5000, 'a'), absent(std::string(300, 'a') + "…"));
    std::filesystem::create_symlink(other / "secret.vhdx", folder / "Virtual Hard Disks/Link.vhdx");
    const auto place = folder / "Virtual Hard Disks/Link.vhdx";
    refuse("C:\\Link.vhdx",
           "“x.xml” names the file “" + place +
               "”, which is outside its own folder; use --allow-folder to allow reading from another folder.");
    test::make_qcow2(folder, "compat=1.1", "Virtual Hard Disks/q.vhdx");
    refuse("q.vhdx",
           "“q.vhdx” has the header of a qcow2 image, but not the name of one; a guest can write such a header to its "
           "own raw disk, so give the file a name that ends in “.qcow2”, also in the description of the machine, or "
           "name the disk itself as the source.");
    std::filesystem::remove(path);
    unwrap(write_file(other / "x.xml", naming("a.vhdx")));
    std::filesystem::create_symlink(other / "x.xml", path);
    assert_refused(folder.path(), "“x.xml” is a link to a file outside the exported folder.");
    std::filesystem::remove(path);
    unwrap(write_file(folder / "Virtual Machines/x.vmcx", "x"));
    assert_refused(folder.path(),
                   "“x.vmcx” names the file “" + place +
                       "”, which is outside its own folder; use --allow-folder to allow reading from another folder.");
}

/// Settings that do not say which disks are theirs take those of their owner alone.
static void takes_no_disks_of_others() {
    if (geteuid() != 0)
        return g_test_skip("only root can give files away");
    const TestFolder folder;
    unwrap(make_folder(folder / "Virtual Machines", 0755));
    unwrap(make_folder(folder / "Virtual Hard Disks", 0755));
    unwrap(write_file(folder / "Virtual Machines/x.vmcx", "x"));
    make_image(folder, "Virtual Hard Disks/a.vhdx", "vhdx", "4M");
    g_assert_cmpint(chown((folder / "Virtual Hard Disks/a.vhdx").c_str(), 4711, 0), ==, 0);
    assert_refused(folder.path(), "“x.vmcx”, a file of root, names “a.vhdx”, a file of 4711; use --allow-folder to "
                                  "allow reading files of others from its folder.");
    g_assert_cmpint(chown((folder / "Virtual Machines/x.vmcx").c_str(), 4711, 0), ==, 0);
    g_assert_cmpuint(unwrap(describe_file(folder.path())).source.disks.size(), ==, 1);
}

static void takes_what_is_allowed() {
    const TestFolder folder, other;
    make_export(folder, naming("E:\\far\\away.vhdx"));
    make_image(other, "away.vhdx", "vhdx", "4M");
    const auto plan = unwrap(describe({.sources = {folder.path()}, .allowed_folders = {other.path()}}));
    assert_equal(plan.source.disks.front().top.path, other / "away.vhdx");
    // Beside the settings, without any folders.
    std::filesystem::copy(folder / "Virtual Machines/x.xml", other / "flat.xml");
    assert_equal(unwrap(describe_file(other / "flat.xml")).source.disks.front().top.path, other / "away.vhdx");
}

static void refuses_several_machines() {
    const TestFolder folder;
    make_export(folder, naming("a.vhdx"));
    unwrap(write_file(folder / "Virtual Machines/y.vmcx", "x"));
    unwrap(write_file(folder / "Virtual Machines/z.xml", "<domain/>")); // none of Hyper-V
    const auto several = [&](const std::string &names) {
        return "“" + base_name(folder.path()) + "” holds the settings of several machines: " + names +
               "; name the file of one.";
    };
    assert_refused(folder.path(), several("“x.xml”, “y.vmcx”"));
    assert_refused(folder / "Virtual Machines/y.vmcx", several("“x.xml”, “y.vmcx”"));
    std::filesystem::remove(folder / "Virtual Machines/x.xml");
    std::filesystem::remove_all(folder / "Virtual Hard Disks");
    assert_refused(folder.path(), "“" + base_name(folder.path()) + "” has no disk.");
}

static void takes_a_folder_for_its_descriptor() {
    const TestFolder folder;
    const auto shown = base_name(folder.path());
    assert_refused(
        folder.path(),
        "“" + folder.path() +
            "” is a folder that does not describe a machine; name the disk image, archive or domain XML in it.");
    test::make_vmdk(folder, "monolithicSparse", 4u << 20);
    assert_refused(
        folder.path(),
        "“" + folder.path() +
            "” is a folder that does not describe a machine; name the disk image, archive or domain XML in it.");
    unwrap(write_file(folder / "b.vmx", "scsi0:0.present=TRUE\nscsi0:0.fileName=disk.vmdk\n"));
    const auto plan = unwrap(describe_file(folder.path()));
    assert_equal(plan.kind + " " + plan.source.name, "vmx b");
    unwrap(write_file(folder / "A.OVF", "x"));
    assert_refused(folder.path(), "“" + shown + "” holds several machines: “A.OVF”, “b.vmx”; name one of them.");
    for (int i = 10; i < 25; i++)
        unwrap(write_file(folder / ("c" + std::to_string(i) + ".vmx"), "x"));
    assert_refused(folder.path(), "“" + shown +
                                      "” holds several machines: “A.OVF”, “b.vmx”, “c10.vmx”, “c11.vmx”, “c12.vmx”, "
                                      "“c13.vmx”, “c14.vmx”, “c15.vmx”, “c16.vmx”, “c17.vmx”, …; name one of them.");
    const TestFolder other;
    std::filesystem::create_symlink(folder / "b.vmx", other / "l.vmx");
    assert_refused(other.path(), "“l.vmx” is a link to a file outside its folder; name the file itself.");
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, nullptr);
    g_test_add_func("/hyper-v/exports", describes_exports);
    g_test_add_func("/hyper-v/parents", passes_over_parents);
    g_test_add_func("/hyper-v/settings", parses_settings);
    g_test_add_func("/hyper-v/refused", refuses_settings);
    g_test_add_func("/hyper-v/recognised", is_told_from_other_xml);
    g_test_add_func("/hyper-v/folder", keeps_to_its_folder);
    g_test_add_func("/hyper-v/allowed", takes_what_is_allowed);
    g_test_add_func("/hyper-v/owners", takes_no_disks_of_others);
    g_test_add_func("/hyper-v/several", refuses_several_machines);
    g_test_add_func("/folder/descriptor", takes_a_folder_for_its_descriptor);
    return g_test_run();
}
