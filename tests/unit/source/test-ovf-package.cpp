// SPDX-License-Identifier: LGPL-2.1-or-later
// Packages of an OVF descriptor and its files: what is opened, unpacked and refused.
#include "tests/support/notices.h"
#include "tests/support/ovf_package.h"
#include <unistd.h>

using namespace h2k;
using test::assert_equal;
using test::assert_refused;
using test::cut;
using test::disk;
using test::drive;
using test::file;
using test::make_disk;
using test::small;
using test::TestFolder;
using test::unwrap;
using test::write_ovf;

static void keeps_to_its_package() {
    const TestFolder folder;
    unwrap(make_folder(folder / "in", 0755));
    make_disk(folder, "outside.vmdk");
    make_disk(folder, "in/.hidden.vmdk");
    g_assert_cmpint(symlink((folder / "outside.vmdk").c_str(), (folder / "in/link.vmdk").c_str()), ==, 0);
    const auto refused = [&](const std::string &href, const std::string &sentence) {
        auto one = small();
        one.files = file("f", href);
        unwrap(write_file(folder / "in/x.ovf", one.text()));
        assert_refused(folder / "in/x.ovf", sentence);
    };
    for (const std::string href :
         {"../outside.vmdk", "a/../../outside.vmdk", "/etc/shadow", "//etc/shadow", "..\\outside.vmdk", "\\etc\\shadow",
          "%2e%2e/outside.vmdk", "%2Fetc%2Fshadow", "http://example.com/a.vmdk", "file:///etc/shadow", "C:\\a.vmdk"})
        refused(href, "“x.ovf” names the file “" + href + "”, which is outside its package.");
    for (const std::string href : {"gone.vmdk", "folder/gone.vmdk", "gone%00.vmdk", "./gone.vmdk"})
        refused(href, "“x.ovf” names the file “" + replace_all(href, "./", "") + "”, which does not exist.");
    for (const std::string href : {".hidden.vmdk", "link.vmdk"})
        refused(href,
                "“x.ovf” names the file “" + href +
                    "”, which is outside its own folder; use --allow-folder to allow reading from another folder.");
    // The user may allow it.
    const auto plan = unwrap(describe({.sources = {folder / "in/x.ovf"}, .allowed_folders = {folder.path()}}));
    assert_equal(plan.source.disks.front().top.path, folder / "outside.vmdk");
    refused("x.ovf", "“x.ovf” is an OVF descriptor, not a disk image.");
    unwrap(make_folder(folder / "in/folder.vmdk", 0755));
    refused("folder.vmdk",
            "“" + (folder / "in/folder.vmdk") +
                "” is a folder that does not describe a machine; name the disk image, archive or domain XML in it.");
}

static void finds_encoded_names() {
    const TestFolder folder;
    unwrap(make_folder(folder / "my disks", 0755));
    make_disk(folder, "my disks/100% ü.vmdk");
    make_disk(folder, "a%20b.vmdk");
    make_disk(folder, "a b.vmdk");
    const auto path = [&](const std::string &href) {
        auto one = small();
        one.files = file("f", href);
        return unwrap(test::describe_file(write_ovf(folder, one))).source.disks.front().top.path;
    };
    for (const auto *href : {"my disks/100% ü.vmdk", "./my%20disks/100%25%20%C3%BC.vmdk"})
        assert_equal(path(href), folder / "my disks/100% ü.vmdk");
    assert_equal(path("a%20b.vmdk"), folder / "a%20b.vmdk"); // as it is written goes first
    assert_equal(path("a%2520b.vmdk"), folder / "a%20b.vmdk");
    std::filesystem::remove(folder / "a%20b.vmdk");
    assert_equal(path("a%20b.vmdk"), folder / "a b.vmdk");
    for (const auto *href : {"a%0Db.vmdk", "a%C2%85b.vmdk"}) {
        auto evil = small();
        evil.files = file("f", href);
        assert_refused(write_ovf(folder, evil), "“x.ovf” names the file “a?b.vmdk”, whose name holds a control "
                                                "character; programs disagree about where such a name ends, so it is "
                                                "refused.");
    }
    // Also where it is packed.
    write_ovf(folder, small());
    auto one = small();
    one.files = file("f", "a%20b.vmdk");
    write_ovf(folder, one);
    test::run({"tar", "-C", folder.path(), "-czf", folder / "x.ova", "x.ovf", "a b.vmdk"});
    const auto plan = unwrap(test::describe_file(folder / "x.ova"));
    assert_equal(join(plan.source.disks.front().fetch->members, "|"), "a b.vmdk");
}

/// A file system that makes no difference of case has each file once, however descriptor and manifest spell it.
static void finds_names_of_another_case() {
    const TestFolder folder;
    make_disk(folder, "D\u00fcsk.vmdk");
    auto one = small();
    one.files = file("f", "DU\u0308SK.VMDK");
    write_ovf(folder, one);
    const std::string digest(64, 'a');
    unwrap(write_file(folder / "x.mf", "SHA256(d\u00fcsk.Vmdk)= " + digest + "\n"));
    test::run({"tar", "-C", folder.path(), "-cf", folder / "x.ova", "x.ovf", "x.mf", "D\u00fcsk.vmdk"});
    for (const auto *package : {"x.ovf", "x.ova"}) {
        const auto plan = unwrap(test::describe_file(folder / package));
        assert_equal(join(test::texts_of(plan.notices), "|"), "");
        g_assert_cmpuint(plan.digests.size(), ==, 1);
        g_assert_true(plan.digests.front().disk == std::optional<std::size_t>{0});
        assert_equal(plan.digests.front().expected, digest);
    }
    // Where there is a file of exactly the name, that is meant.
    make_disk(folder, "d\u00fcsk.Vmdk");
    one.files = file("f", "D\u00fcsk.vmdk");
    assert_refused(write_ovf(folder, one),
                   "“d\u00fcsk.Vmdk” does not match its checksum in “x.mf”; it is damaged or was changed.");
}

static void holds_to_the_capacity() {
    const TestFolder folder;
    make_disk(folder);
    const auto with = [&](const std::string &declared) {
        auto one = small();
        one.disks = declared;
        return write_ovf(folder, one);
    };
    const auto warning = [&](const std::string &declared) {
        const auto plan = unwrap(test::describe_file(with(declared)));
        g_assert_cmpuint(plan.source.disks.front().top.bytes, ==, 8u << 20);
        return join(test::texts_of(plan.notices), "|");
    };
    // Some programs declare the size of the file.
    assert_equal(warning(disk("d", "f", "7")),
                 "“disk.vmdk” is a disk of 8.0 MiB, although its package says that it has 7.0 MiB; the image decides.");
    assert_equal(warning(disk("d", "f", "", "ovf:capacity=\"1\"")),
                 "“disk.vmdk” is a disk of 8.0 MiB, although its package says that it has 1 byte; the image decides.");
    // Rounded up.
    g_assert_true(
        test::texts_of(unwrap(test::describe_file(with(disk("d", "f", "", "ovf:capacity=\"7340033\"")))).notices)
            .empty());
    g_assert_true(test::texts_of(unwrap(test::describe_file(with(disk("d", "f", "")))).notices).size() == 1);
    assert_equal(
        join(test::texts_of(unwrap(test::describe_file(with(disk("d", "f", "20")))).notices), "|"),
        "“disk.vmdk” is a disk of 8.0 MiB, although its package says that it has 20.0 MiB; the image decides.");
    // Not believed, and not a limit either.
    g_assert_true(test::texts_of(unwrap(test::describe_file(with(disk("d", "f", "99999999999999")))).notices).size() <=
                  1);
}

static void holds_packed_disks_to_it_too() {
    const TestFolder folder;
    make_disk(folder);
    test::run({"gzip", "-n", "-k", folder / "disk.vmdk"});
    auto one = small();
    one.files = file("f", "disk.vmdk.gz", "ovf:compression=\"gzip\"");
    one.disks = disk("d", "f", "7");
    auto plan = unwrap(test::describe_file(write_ovf(folder, one)));
    auto &packed = plan.source.disks.front();
    g_assert_true(packed.fetch.has_value());
    assert_equal(packed.fetch->name, "disk.vmdk");
    g_assert_cmpuint(packed.fetch->pieces.size(), ==, 1);
    // Inside, a raw disk may have the header of any image.
    const auto name = std::exchange(packed.fetch->name, "disk.img");
    assert_equal(
        test::message_of(complete_disk(packed, folder / "disk.vmdk", {}, plan.notices), H2K_ERROR_SOURCE),
        "“disk.img” has the header of a vmdk image, but not the name of one; a guest can write such a header to "
        "its own raw disk, so unpack it and specify its format with --input-format.");
    packed.fetch->name = name;
    unwrap(complete_disk(packed, folder / "disk.vmdk", {}, plan.notices));
    assert_equal(join(test::texts_of(plan.notices), "|"),
                 "“disk.vmdk” is a disk of 8.0 MiB, although its package says that it has 7.0 MiB; the image decides.");
    one.disks = disk("d", "f", "8");
    plan = unwrap(test::describe_file(write_ovf(folder, one)));
    unwrap(complete_disk(plan.source.disks.front(), folder / "disk.vmdk", {}, plan.notices));
    g_assert_false(plan.source.disks.front().fetch.has_value());
    // Some names tell it where the attribute is missing; and the attribute may be wrong.
    one.files = file("f", "disk.vmdk.gz");
    g_assert_true(unwrap(test::describe_file(write_ovf(folder, one))).source.disks.front().fetch.has_value());
    one.files = file("f", "disk.vmdk", "ovf:compression=\"gzip\"");
    assert_equal(unwrap(test::describe_file(write_ovf(folder, one))).source.disks.front().top.path,
                 folder / "disk.vmdk");
    // What a guest wrote to the start of its disk does not make it a packed one.
    std::filesystem::rename(folder / "disk.vmdk.gz", folder / "raw.img");
    one.files = file("f", "raw.img");
    assert_refused(
        write_ovf(folder, one),
        "“raw.img” is not a recognised disk image; it may be damaged, so copy or export it again, or name the "
        "disk itself as the source.");
}

static void joins_parts() {
    const TestFolder folder;
    make_disk(folder);
    const auto whole = test::content_of(folder / "disk.vmdk");
    cut(folder, "disk.vmdk", "4096");
    const auto count = (whole.size() + 4095) / 4096;
    auto one = small();
    const auto total = "ovf:size=\"" + std::to_string(whole.size()) + "\" ";
    for (const std::string &size : {total, std::string{}}) {
        one.files = file("f", "disk.vmdk", size + "ovf:chunkSize=\"4096\"");
        const auto plan = unwrap(test::describe_file(write_ovf(folder, one)));
        const auto &fetch = plan.source.disks.front().fetch;
        g_assert_cmpuint(fetch->pieces.size(), ==, count);
        g_assert_cmpuint(plan.source.disks.front().files.size(), ==, count);
        g_assert_cmpuint(fetch->most, >=, whole.size());
        g_assert_cmpuint(fetch->most, <, whole.size() + 4096);
        assert_equal(fetch->name, "disk.vmdk");
    }
    one.files = file("f", "disk.vmdk", "ovf:chunkSize=\"4095\"");
    assert_refused(write_ovf(folder, one), "“disk.vmdk.000000000” does not have the size that “x.ovf” says.");
    one.files = file("f", "disk.vmdk", "ovf:size=\"4000\" ovf:chunkSize=\"4096\"");
    assert_refused(write_ovf(folder, one), "“disk.vmdk.000000000” does not have the size that “x.ovf” says.");
    one.files = file("f", "disk.vmdk", "ovf:size=\"18446744073709551615\" ovf:chunkSize=\"1\"");
    assert_refused(write_ovf(folder, one), "“x.ovf” says that “disk.vmdk” is split into more than 100000 parts.");
    std::filesystem::remove(folder / "disk.vmdk.000000001");
    for (const std::string &size : {total, std::string{}}) {
        one.files = file("f", "disk.vmdk", size + "ovf:chunkSize=\"4096\"");
        assert_refused(write_ovf(folder, one), "“x.ovf” names the file “disk.vmdk.000000001”, which does not exist.");
    }
    one.files = file("f", "other.vmdk", "ovf:chunkSize=\"4096\"");
    assert_refused(write_ovf(folder, one), "“x.ovf” names the file “other.vmdk.000000000”, which does not exist.");
    // It may be there in one piece all the same.
    make_disk(folder, "other.vmdk");
    assert_equal(unwrap(test::describe_file(write_ovf(folder, one))).source.disks.front().top.path,
                 folder / "other.vmdk");
}

static void joins_parts_below_and_in_archives() {
    const TestFolder folder;
    unwrap(make_folder(folder / "d", 0755));
    make_disk(folder, "d/disk.vmdk");
    cut(folder, "d/disk.vmdk", "8192");
    auto one = small();
    one.files = file("f", "d/disk.vmdk", "ovf:chunkSize=\"8192\"");
    write_ovf(folder, one);
    const auto pieces = unwrap(test::describe_file(folder / "x.ovf")).source.disks.front().fetch->pieces;
    g_assert_cmpuint(pieces.size(), >, 1);
    test::run({"tar", "-C", folder.path(), "-cf", folder / "x.ova", "x.ovf", "d"});
    const auto plan = unwrap(test::describe_file(folder / "x.ova"));
    assert_equal(plan.kind, "ova");
    const auto &fetch = *plan.source.disks.front().fetch;
    g_assert_cmpuint(fetch.pieces.size(), ==, pieces.size());
    g_assert_true(fetch.members.empty() && fetch.pieces.back().window.has_value());
    g_assert_cmpuint(plan.source.disks.front().files.size(), ==, 1);
}

/// The envelope's word for the format counts where the name says nothing.
static void takes_formats_from_addresses() {
    const TestFolder folder;
    make_disk(folder);
    std::filesystem::rename(folder / "disk.vmdk", folder / "disk");
    auto one = small();
    one.files = file("f", "disk");
    const auto named = [&](const std::string &address) {
        one.disks = disk("d", "f", "8", "ovf:format=\"" + address + "\"");
        return write_ovf(folder, one);
    };
    unwrap(test::describe_file(named("http://www.vmware.com/interfaces/specifications/vmdk.html#sparse")));
    for (const auto *other : {"", "http://www.gnome.org/~markmc/qcow-image-format.html"})
        assert_refused(named(other),
                       "“disk” has the header of a vmdk image, but not the name of one; a guest can write "
                       "such a header to its own raw disk, so give the file a name that ends in “.vmdk”, also in the "
                       "description of the machine, or name the disk itself as the source.");
}

static void takes_ovirt_at_its_word() {
    const TestFolder folder;
    unwrap(make_folder(folder / "group", 0755));
    test::make_qcow2(folder, "compat=1.1", "group/volume");
    auto one = small();
    one.files = file("volume", "group/volume", "ovf:size=\"1\"");
    const auto declared = [&](const std::string &format) {
        one.disks = "<Disk ovf:diskId=\"group\" ovf:fileRef=\"group/volume\" ovf:size=\"1\" "
                    "ovf:format=\"http://www.vmware.com/specifications/vmdk.html#sparse\" ovf:volume-format=\"" +
                    format + "\"/>";
        one.items = drive("1", "group/volume");
        return write_ovf(folder, one);
    };
    const auto plan = unwrap(test::describe_file(declared("COW")));
    g_assert_true(plan.source.disks.front().top.format == DiskFormat::qcow2 && test::texts_of(plan.notices).empty());
    // No guest makes its raw disk anything else.
    const auto as_raw = unwrap(test::describe_file(declared("RAW")));
    g_assert_true(as_raw.source.disks.front().top.format == DiskFormat::raw);
    assert_equal(test::texts_of(as_raw.notices).at(0),
                 "“volume” has the header of a qcow2 image; it is read as the raw disk that it is said to be.");
    test::run({"qemu-img", "create", "-q", "-f", "raw", folder / "group/volume", "1M"});
    const auto raw = unwrap(test::describe_file(declared("RAW"))).source.disks.front();
    g_assert_true(raw.top.format == DiskFormat::raw && raw.top.bytes == 1u << 20); // it has no boot sector
}

static void is_recognised() {
    const TestFolder folder;
    make_disk(folder);
    const auto text = small().text();
    for (const auto *name : {"a.OVF", "b.xml", "c.txt"}) {
        unwrap(write_file(folder / name, text));
        assert_equal(unwrap(test::describe_file(folder / name)).kind, "ovf");
    }
    unwrap(write_file(folder / "bin.ovf", std::string(100, '\0')));
    assert_refused(folder / "bin.ovf", "“bin.ovf” is not an XML document: it is neither UTF-8 nor UTF-16, nor in the "
                                       "encoding that it declares.");
    unwrap(write_file(folder / "long.ovf", text + std::string(8u << 20, ' ')));
    assert_refused(folder / "long.ovf", "“long.ovf” is longer than 8 MiB, the limit for the description of a machine.");
    // What a guest can write to its own disk must not choose other files of the host.
    unwrap(write_file(folder / "disk.img", text + std::string((2u << 20) - text.size(), ' ')));
    test::patch(folder / "disk.img", 510, "\x55\xaa");
    assert_equal(unwrap(test::describe_file(folder / "disk.img")).kind, "disks");
    auto none = small();
    none.items = none.disks = "";
    assert_refused(write_ovf(folder, none), "“x.ovf” describes a machine without a disk.");
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, nullptr);
    g_test_add_func("/ovf-package/inside", keeps_to_its_package);
    g_test_add_func("/ovf-package/encoded", finds_encoded_names);
    g_test_add_func("/ovf-package/case", finds_names_of_another_case);
    g_test_add_func("/ovf-package/capacity", holds_to_the_capacity);
    g_test_add_func("/ovf-package/packed", holds_packed_disks_to_it_too);
    g_test_add_func("/ovf-package/parts", joins_parts);
    g_test_add_func("/ovf-package/parts-below", joins_parts_below_and_in_archives);
    g_test_add_func("/ovf-package/ovirt", takes_ovirt_at_its_word);
    g_test_add_func("/ovf-package/address", takes_formats_from_addresses);
    g_test_add_func("/ovf-package/recognised", is_recognised);
    return g_test_run();
}
