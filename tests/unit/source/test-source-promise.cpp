// SPDX-License-Identifier: LGPL-2.1-or-later
// What a header says is believed where no guest can have written it, and where the name of the file promises the same.
#include "convert/base/text.h"
#include "tests/support/notices.h"
#include "tests/support/source_images.h"

using namespace h2k;
using namespace std::string_view_literals;
using test::assert_equal;
using test::assert_refused;
using test::describe_file;
using test::make_qcow2;
using test::TestFolder;
using test::unwrap;

/// A guest that writes a qcow2 header to its own first sector must not lead us to another file.
static void raw_is_not_led_astray() {
    const TestFolder folder;
    const auto warnings = [](const std::string &path) {
        const auto plan = unwrap(describe_file(path, DiskFormat::raw));
        g_assert_true(plan.source.disks[0].top.format == DiskFormat::raw && plan.source.disks[0].below.empty());
        g_assert_cmpuint(plan.source.disks[0].top.bytes, ==, std::filesystem::file_size(path));
        return join(test::texts_of(plan.notices), "|");
    };
    for (const std::string name : {"disk.raw", "disk.img", "disk.dd", "disk", "disk.qcow2.bak"}) {
        const auto path = make_qcow2(folder, "compat=1.1", name);
        const auto has_header = "“" + name + "” has the header of a qcow2 image";
        assert_refused(path, has_header + ", but not the name of one; a guest can write such a header to its own raw "
                                          "disk, so specify its format with --input-format.");
        assert_equal(warnings(path), has_header + "; it is read as the raw disk that it is said to be.");
        unwrap(describe_file(path, DiskFormat::qcow2));
        test::patch(path, 510, "\x55\xaa");
        assert_refused(path, "“" + name +
                                 "” starts both as a qcow2 image and as a raw disk; specify its format with "
                                 "--input-format.");
        assert_equal(warnings(path), "");
        unwrap(describe_file(path, DiskFormat::qcow2));
    }
    // No name is that of another format either.
    std::filesystem::rename(make_qcow2(folder, "compat=1.1"), folder / "d.vdi");
    assert_refused(folder / "d.vdi", "“d.vdi” has the header of a qcow2 image, but not the name of one; a guest can "
                                     "write such a header to its own raw disk, so specify its format with "
                                     "--input-format.");
    unwrap(describe_file(folder / "d.vdi", DiskFormat::qcow2));
}

/// What a neighbour in the same folder has is not what the header of a disk may name, unless its format is known.
static void follows_no_reference_of_a_guessed_format() {
    const TestFolder folder;
    const auto says = [](const std::string &name, const std::string &below, const std::string &format) {
        return "“" + name + "” names the file “" + below +
               "”; a guest can write such a header to its own raw disk, so "
               "this is only followed if the format of the disk is specified with --input-format " +
               format + ".";
    };
    make_qcow2(folder, "compat=1.1", "neighbour.qcow2");
    test::run({"qemu-img", "create", "-q", "-f", "qcow2", "-F", "qcow2", "-b", "neighbour.qcow2", folder / "d.qcow2"});
    assert_refused(folder / "d.qcow2", says("d.qcow2", "neighbour.qcow2", "qcow2"));
    g_assert_cmpuint(unwrap(describe_file(folder / "d.qcow2", DiskFormat::qcow2)).source.disks[0].below.size(), ==, 1);
    test::make_vmdk(folder, "monolithicSparse", 8u << 20, "neighbour.vmdk");
    test::run({"qemu-img", "create", "-q", "-f", "vmdk", "-F", "vmdk", "-b", "neighbour.vmdk", folder / "d.vmdk"});
    assert_refused(folder / "d.vmdk", says("d.vmdk", "neighbour.vmdk", "vmdk"));
    unwrap(describe_file(folder / "d.vmdk", DiskFormat::vmdk));
    // The extents of a descriptor are parts of it if they are named after it.
    const auto flat = test::make_vmdk(folder, "monolithicFlat", 8u << 20, "web.vmdk");
    unwrap(describe_file(flat));
    for (const std::string other : {"neighbour-flat.vmdk", "web-2.vmdk", "web-flat-flat.vmdk", "web-sx01.vmdk"}) {
        std::filesystem::copy_file(folder / "web-flat.vmdk", folder / other);
        const auto good = test::content_of(flat);
        unwrap(write_file(flat, replace_all(good, "web-flat.vmdk", other)));
        assert_refused(flat, says("web.vmdk", other, "vmdk"));
        unwrap(describe_file(flat, DiskFormat::vmdk));
        unwrap(write_file(flat, good));
    }
    unwrap(describe_file(test::make_vmdk(folder, "twoGbMaxExtentSparse", 8u << 20, "split.vmdk")));
    unwrap(describe_file(test::make_vmdk(folder, "twoGbMaxExtentFlat", 8u << 20, "cut.vmdk")));
}

static void tells_flat_part_from_disk() {
    const TestFolder folder;
    unwrap(write_file(folder / "x-flat.vmdk", std::string(510, '\0') + "\x55\xaa"));
    assert_refused(folder / "x-flat.vmdk",
                   "“x-flat.vmdk” has no VMDK header; if it holds the data of a disk whose descriptor is another .vmdk "
                   "file, name that file; if it is a raw image, use --input-format raw.");
    unwrap(describe_file(folder / "x-flat.vmdk", DiskFormat::raw));
}

/// What its guest wrote to its start does not matter, and a disk without a format is a raw one to libvirt.
static void raw_is_raw() {
    const TestFolder folder;
    const auto xml = folder / "web01.xml";
    test::run({"qemu-img", "create", "-q", "-f", "qcow2", folder / "neighbour.qcow2", "1M"});
    test::run({"qemu-img", "create", "-q", "-f", "qcow2", "-F", "qcow2", "-b", "neighbour.qcow2", folder / "v.qcow2"});
    const std::string written =
        "<domain type='kvm'><name>web01</name><os><type>hvm</type></os><devices><disk type='file'>"
        "<driver name='qemu' type='raw'/><source file='v.qcow2'/><target dev='vda'/></disk>"
        "</devices></domain>";
    for (const auto &text : {written, replace_all(written, "type='raw'", "")}) {
        unwrap(write_file(xml, text));
        const auto plan = unwrap(describe({.sources = {xml}}));
        g_assert_true(plan.source.disks[0].top.format == DiskFormat::raw && plan.source.disks[0].below.empty());
        assert_equal(test::texts_of(plan.notices).back(),
                     "“v.qcow2” has the header of a qcow2 image; it is read as the "
                     "raw disk that it is said to be.");
    }
    unwrap(write_file(xml, replace_all(written, "'raw'", "'qcow2'")));
    g_assert_cmpuint(unwrap(describe({.sources = {xml}})).source.disks[0].below.size(), ==, 1);
}

/// The text of a machine may name any file beside it.
static void descriptions_have_names_of_their_own() {
    const TestFolder folder;
    make_qcow2(folder, "compat=1.1", "neighbour.qcow2");
    const std::string texts[] = {
        "<domain><os><type>hvm</type></os><devices><disk type='file'><driver type='qcow2'/><source "
        "file='neighbour.qcow2'/><target dev='vda'/></disk></devices></domain>",
        "config.version = \"8\"\nscsi0:0.present = \"TRUE\"\nscsi0:0.fileName = \"neighbour.vmdk\"\n",
        "<configuration><properties/><settings/></configuration>",
        "<Envelope></Envelope>",
    };
    for (const auto &text : texts)
        for (const std::string name : {"mine", "mine.img", "mine.raw", "mine.qcow2"}) {
            unwrap(write_file(folder / name, text + std::string(65536 - text.size(), ' ')));
            assert_refused(folder / name,
                           "“" + name +
                               "” starts as the description of a machine, but has the name of a disk, and a "
                               "guest can write such a text to its own raw disk; specify the format of the "
                               "disk with --input-format, or give the file the name of a description.");
            unwrap(describe_file(folder / name, DiskFormat::raw));
        }
    unwrap(write_file(folder / "mine.xml", texts[0]));
    assert_equal(unwrap(describe_file(folder / "mine.xml")).kind, "domain");
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, nullptr);
    g_test_add_func("/promise/raw", raw_is_not_led_astray);
    g_test_add_func("/promise/reference", follows_no_reference_of_a_guessed_format);
    g_test_add_func("/promise/flat-part", tells_flat_part_from_disk);
    g_test_add_func("/promise/domain", raw_is_raw);
    g_test_add_func("/promise/description", descriptions_have_names_of_their_own);
    return g_test_run();
}
