// SPDX-License-Identifier: LGPL-2.1-or-later
// What cannot be read is called by its name, with a way to get its disks that works where it comes from.
#include "convert/base/text.h"
#include "convert/source/address.h"
#include "tests/support/notices.h"
#include "tests/support/source_images.h"

using namespace h2k;
using namespace std::string_view_literals;
using test::assert_equal;
using test::assert_refused;
using test::describe_file;
using test::TestFolder;
using test::unwrap;

namespace {

std::string way_out(const std::string &source) {
    const auto said = test::message_of(describe_file(source), H2K_ERROR_SOURCE);
    const auto first = "“" + source + "” is an address and not a file of this host. ";
    g_assert_true(said.starts_with(first));
    return said.substr(first.size());
}

std::string refusal_of(const std::string &path) { return test::message_of(describe_file(path), H2K_ERROR_SOURCE); }

} // namespace

static void says_how_to_get_what_lies_elsewhere() {
    assert_equal(way_out("https://example.org/a.qcow2"), "Download it first, as with “curl -fLO”, and name the file.");
    assert_equal(way_out("FTP://example.org/a"), "Download it first, as with “curl -fLO”, and name the file.");
    assert_equal(way_out("sftp://host/a.vmdk"), "Copy it first, as with “scp”, and name the file.");
    for (const std::string address : {"nbd://host/x", "nbd:unix:/run/x", "nbd+unix:///?socket=x", "rbd:pool/x"})
        assert_equal(way_out(address), "Copy the disk into a file first, with “qemu-img convert -O qcow2” and this "
                                       "address, and name the file.");
    for (const std::string address : {"vi://esx/web", "esx://esx/?no_verify=1", "vpx://user@vc/dc/esx"})
        assert_equal(way_out(address),
                     "Export the machine first, with “ovftool vi://HOST/MACHINE MACHINE.ova”, and name the file.");
    assert_equal(way_out("qemu+ssh://host/system"),
                 "Domains of this host are named with --source-connect; of those of another host, copy the disks and "
                 "the output of “virsh dumpxml” here, and name the file with the XML.");
    assert_equal(way_out("hyperv://host/"), "Export the machine first, with “Export-VM”, and name the folder.");
    assert_equal(way_out("s3://bucket/x"), "Copy it to this host first, and name the file.");
    assert_equal(refusal_of("file:///a/b.vmdk"), "“file:///a/b.vmdk” is an address; name the file by its path.");
    // Credentials are not shown.
    g_assert_false(refusal_of("https://user:geheim@example.org/a").contains("geheim"));
    // A file may have such a name, and a drive of Windows is no scheme.
    const TestFolder folder;
    unwrap(write_file(folder / "nbd:x", "text\n"));
    g_assert_true(require_no_address(folder / "nbd:x").has_value());
    for (const std::string path : {"C:/x", "c://x", "a b://x", "1://x", "x:y", "://x", ""})
        g_assert_true(require_no_address(path).has_value());
}

static void names_machines_of_others() {
    const TestFolder folder;
    const auto refused = [&](const std::string &name, std::string_view content) {
        unwrap(make_folder(folder_of(folder / name), 0755));
        unwrap(write_file(folder / name, content));
        return refusal_of(folder / name);
    };
    g_assert_true(refused("104.conf", "#web\nboot: order=virtio0\nvirtio0: tank:104/vm-104-disk-0.raw,size=8G\n")
                      .starts_with("“104.conf” is the settings file of a Proxmox VE machine, which is not read. On its "
                                   "host, “pvesm path VOLUME” says where a disk is;"));
    g_assert_true(refused("web.cfg", "name = 'web'\ndisk=[ 'phy:/dev/vg/web,xvda,w' ]\n")
                      .starts_with("“web.cfg” is the settings file of a Xen machine"));
    g_assert_true(refused("mac.pvm/config.pvs", "<?xml version=\"1.0\"?>\n<ParallelsVirtualMachine a=\"1\"/>")
                      .starts_with("“config.pvs” is a machine of Parallels"));
    g_assert_true(refusal_of(folder / "mac.pvm").starts_with("“mac.pvm” is a machine of Parallels"));
    refused("lab.utm/config.plist", "<plist/>");
    g_assert_true(refusal_of(folder / "lab.utm")
                      .starts_with("“lab.utm” is a machine of UTM, which is not read. Name "
                                   "the disk images in its folder “Data”"));
    refused("xva/ova.xml", "<value/>");
    g_assert_true(refusal_of(folder / "xva").starts_with("“xva” is an export of XenServer or XCP-ng (XVA)"));
    // None of these are machines.
    for (const auto *text : {"scsi0: none,size=1\n", "scsi: a:b\n", "note: a:b\n", "disk\n", "disks = [\n"})
        assert_equal(refused("notes.txt", text), "“notes.txt” is a text file, not a disk image.");
}

static void names_exports_of_xen_server() {
    const TestFolder folder;
    unwrap(make_folder(folder / "Ref:4", 0755));
    unwrap(write_file(folder / "ova.xml", "<value/>"));
    unwrap(write_file(folder / "Ref:4/00000000", std::string(2u << 20, '\0')));
    test::run({"tar", "-C", folder.path(), "-cf", folder / "web.xva", "ova.xml", "Ref:4"});
    const auto refused = [](const std::string &name) {
        return "“" + name +
               "” is an export of XenServer or XCP-ng (XVA), which is not read. Export the disks there with “xe "
               "vdi-export uuid=UUID filename=disk.vhd format=vhd” and name those, or export the machine as an OVA.";
    };
    assert_refused(folder / "web.xva", refused("web.xva"));
    test::run({"gzip", "-k", folder / "web.xva"});
    std::filesystem::rename(folder / "web.xva.gz", folder / "web.tar.gz");
    assert_refused(folder / "web.tar.gz", refused("web.tar.gz"));
}

/// --input-format does not reach the disks of a package, so no message about one names it.
static void names_no_option_that_does_not_apply() {
    const TestFolder folder;
    const auto machine = [&](const std::string &disk) {
        unwrap(write_file(folder / "m.vmx",
                          "config.version = \"8\"\nscsi0:0.present = \"TRUE\"\nscsi0:0.fileName = \"" + disk + "\"\n"));
        return refusal_of(folder / "m.vmx");
    };
    const auto made = [&](const std::string &name, std::string_view content) {
        unwrap(write_file(folder / name, content));
        return machine(name);
    };
    assert_equal(made("a.vmdk", std::string(1024, '\1')),
                 "“a.vmdk” has no VMDK header; it may be truncated, or hold the data of a disk whose descriptor is "
                 "another .vmdk file, so copy or export all files of the machine again.");
    assert_equal(made("a.vhdx", std::string(1024, '\1')),
                 "“a.vhdx” is not a vhdx image, although its name says so; it may be truncated, so copy or export it "
                 "again.");
    assert_equal(made("a.dsk", std::string(1024, '\1')),
                 "“a.dsk” is not a recognised disk image; it may be damaged, so copy or export it again, or name the "
                 "disk itself as the source.");
    test::make_qcow2(folder, "compat=1.1", "b.dsk");
    assert_equal(machine("b.dsk"),
                 "“b.dsk” has the header of a qcow2 image, but not the name of one; a guest can write such a header to "
                 "its own raw disk, so give the file a name that ends in “.qcow2”, also in the description of the "
                 "machine, or name the disk itself as the source.");
    test::patch(folder / "b.dsk", 510, "\x55\xaa");
    assert_equal(machine("b.dsk"), "“b.dsk” starts both as a qcow2 image and as a raw disk; name it as the source by "
                                   "itself, outside of its package.");
    g_assert_false(made("c.vmdk", std::string(510, '\0') + "\x55\xaa").contains("--input-format"));
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, nullptr);
    g_test_add_func("/source/ways-out/addresses", says_how_to_get_what_lies_elsewhere);
    g_test_add_func("/source/ways-out/machines-of-others", names_machines_of_others);
    g_test_add_func("/source/ways-out/xva", names_exports_of_xen_server);
    g_test_add_func("/source/ways-out/options", names_no_option_that_does_not_apply);
    return g_test_run();
}
