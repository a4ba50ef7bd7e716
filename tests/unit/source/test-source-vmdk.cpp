// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/base/text.h"
#include "tests/support/notices.h"
#include "tests/support/source_images.h"
#include <sys/stat.h>

using namespace h2k;
using test::assert_equal;
using test::assert_refused;
using test::describe_file;
using test::TestFolder;
using test::unwrap;

constexpr std::uint64_t small_disk = 8u << 20;
constexpr std::uint64_t two_extents = (2u << 20) * std::uint64_t{1024} + (64u << 20);

struct Subformat {
    const char *name;
    std::uint64_t bytes;
    const char *files;
};

static void reads_each_subformat() {
    const Subformat cases[] = {
        {"monolithicSparse", small_disk + 512, "disk.vmdk"},
        {"streamOptimized", small_disk, "disk.vmdk"},
        {"monolithicFlat", small_disk, "disk.vmdk disk-flat.vmdk"},
        {"twoGbMaxExtentSparse", two_extents, "disk.vmdk disk-s001.vmdk disk-s002.vmdk"},
        {"twoGbMaxExtentFlat", two_extents, "disk.vmdk disk-f001.vmdk disk-f002.vmdk"},
    };
    for (const auto &[name, bytes, files] : cases) {
        const TestFolder folder;
        const auto path = test::make_vmdk(folder, name, bytes);
        const auto plan = unwrap(describe_file(path));
        g_assert_cmpuint(test::texts_of(plan.notices).size(), ==, 0);
        g_assert_cmpuint(plan.source.disks.size(), ==, 1);
        const auto &disk = plan.source.disks[0];
        assert_equal(disk.id, "disk0");
        assert_equal(disk.top.path, path);
        assert_equal(disk.top.subformat, name);
        g_assert_cmpuint(disk.top.identity.size(), ==, 8);
        g_assert_true(disk.below.empty());
        g_assert_true(disk.top.format == DiskFormat::vmdk && disk.bus == Bus::scsi);
        g_assert_cmpuint(disk.top.bytes, ==, bytes);
        g_assert_cmpuint(disk.top.bytes, ==, test::qemu_size(path, "vmdk"));
        assert_equal(join(disk.files, " "), replace_all(files, "disk", folder / "disk"));
        g_assert_true(describe_file(path, DiskFormat::vmdk).has_value());
        assert_refused(path, "“disk.vmdk” is not a qcow2 image, although --input-format says so.", DiskFormat::qcow2);
        assert_equal(test::texts_of(unwrap(describe_file(path, DiskFormat::raw)).notices).at(0),
                     "“disk.vmdk” has the header of a vmdk image; it is read as the raw disk that it is said to be.");
    }
}

static void reads_vmfs_and_ide() {
    const TestFolder folder;
    const auto path = test::make_vmdk(folder, "monolithicFlat", small_disk);
    auto text = replace_all(test::content_of(path), "monolithicFlat", "vmfs");
    text = replace_all(replace_all(text, "FLAT", "VMFS"), "flat.vmdk\" 0", "flat.vmdk\"");
    unwrap(write_file(path, replace_all(text, "lsilogic", "ide")));
    const auto disk = unwrap(describe_file(path)).source.disks[0];
    assert_equal(disk.top.subformat, "vmfs");
    g_assert_true(disk.bus == Bus::ide);
    g_assert_cmpuint(disk.top.bytes, ==, test::qemu_size(path, "vmdk"));
}

/// A sparse VMDK cut anywhere is refused; where the cut goes through the tables or the data does not matter.
static void finds_truncation() {
    for (const auto *subformat : {"monolithicSparse", "streamOptimized", "twoGbMaxExtentSparse"}) {
        const TestFolder folder;
        const auto path = test::make_vmdk(folder, subformat, small_disk);
        const auto part = folder / (std::string_view{subformat}.starts_with("two") ? "disk-s001.vmdk" : "disk.vmdk");
        const auto whole = std::filesystem::file_size(part);
        g_assert_true(describe_file(path).has_value());
        // qemu pads the last compressed grain, which takes less than its sector: 32 grains from sector 128 on.
        const auto last = std::string_view{subformat} == "streamOptimized" ? 159 * 512 + 90 : whole - 512;
        for (const auto size : {std::uintmax_t{last}, whole / 2, std::uintmax_t{65536 + 512}, std::uintmax_t{20000},
                                std::uintmax_t{1536}, std::uintmax_t{600}, std::uintmax_t{100}}) {
            test::resize(part, size);
            const auto message = test::message_of(describe_file(path), H2K_ERROR_SOURCE);
            g_assert_nonnull(strstr(message.c_str(), "is truncated: "));
        }
    }
    const TestFolder folder;
    const auto path = test::make_vmdk(folder, "monolithicFlat", small_disk);
    test::resize(folder / "disk-flat.vmdk", small_disk - 1);
    assert_refused(path,
                   "“disk-flat.vmdk” is truncated: “disk.vmdk” needs it to have 8388608 bytes, and it has 8388607.");
    std::filesystem::remove(folder / "disk-flat.vmdk");
    assert_refused(path, "“disk.vmdk” names the file “disk-flat.vmdk”, which does not exist.");
}

/// Makes a header whose directory is told by a footer, as VMware's own stream-optimized disks have it.
static void move_directory_to_footer(const std::string &path) {
    const auto all = test::content_of(path);
    auto header = all.substr(0, 512);
    std::string marker(512, '\0');
    marker[0] = 1, marker[12] = 3;
    unwrap(write_file(path, all + marker + header + std::string(512, '\0')));
    test::patch(path, 56, std::string(8, '\xff'));
}

static void reads_footer() {
    const TestFolder folder;
    const auto path = test::make_vmdk(folder, "streamOptimized", small_disk);
    move_directory_to_footer(path);
    const auto disk = unwrap(describe_file(path)).source.disks[0];
    g_assert_cmpuint(disk.top.bytes, ==, small_disk);
    test::run({"qemu-img", "compare", "-f", "vmdk", "-F", "raw", path, folder / "content.raw"});
    const auto whole = std::filesystem::file_size(path);
    test::patch(path, static_cast<off_t>(whole) - 1024 + 12, std::string(1, '\x01'));
    assert_refused(path, "“disk.vmdk” is a damaged VMDK: its header and its footer contradict each other.");
    test::resize(path, whole - 512);
    assert_refused(path, "“disk.vmdk” is truncated: the footer that should end this VMDK is missing.");
}

struct Damage {
    off_t offset;
    std::string_view bytes;
    const char *sentence;
};

static void refuses_bad_headers() {
    using namespace std::string_view_literals;
    const auto grain = "“disk.vmdk” is a damaged VMDK: its grain size is invalid.";
    const auto size = "“disk.vmdk” is a VMDK with an invalid size.";
    const auto beyond = "“disk.vmdk” is truncated: this VMDK refers to data beyond the end of the file.";
    const Damage cases[] = {
        {4, "\x04\0\0\0"sv, "“disk.vmdk” is a VMDK of version 4, which is not supported."},
        {12, "\0\0\0\0\0\0\0\0"sv, size}, // qemu would take a second descriptor from it
        {12, "\xff\xff\xff\xff\xff\xff\xff\x7f"sv, size},
        {12, "\0\0\0\0\x01\0\0\0"sv,
         "“disk.vmdk” is a damaged VMDK: its header and its descriptor contradict each other."},
        {20, "\x03"sv, grain},
        {20, "\0"sv, grain},
        {20, "\0\0\0\0\x01"sv, grain},
        {44, "\0\0\0\0"sv, grain},
        {44, "\xff\xff\xff\xff"sv, grain},
        {28, "\0"sv, "“disk.vmdk” is one part of a VMDK and has no descriptor; name the descriptor file of the disk."},
        {28, "\x02"sv, "“disk.vmdk” has its VMDK descriptor at an invalid position."},
        {36, "\xff\xff\xff\xff\xff\xff\xff\xff"sv, "“disk.vmdk” has its VMDK descriptor at an invalid position."},
        {56, "\xff\xff\xff\xff\xff\xff\xff\x7f"sv, beyond},
        {64, "\xff\xff\xff"sv, "“disk.vmdk” is truncated: it ends before its own tables."},
        {64, "\x7f\x10\xda\xbe"sv, "“disk.vmdk” starts both as a VMDK and as a VDI image."},
        {73, "\r\n\n\n"sv, "“disk.vmdk” was damaged by a transfer in text mode; copy it again in binary mode."},
        {77, "\x02"sv, "“disk.vmdk” uses a compression method that is not supported."},
        {512, "\0"sv, "“disk.vmdk” is one part of a VMDK and has no descriptor; name the descriptor file of the disk."},
        {512, "#\n\nRW "sv, "disk.vmdk: Line 3 of the VMDK descriptor is not a valid extent: “RW  DescriptorFile”."},
    };
    const TestFolder folder;
    const auto path = test::make_vmdk(folder, "monolithicSparse", small_disk);
    const auto good = test::content_of(path);
    for (const auto &[offset, bytes, sentence] : cases) {
        unwrap(write_file(path, good));
        test::patch(path, offset, bytes);
        assert_refused(path, sentence);
    }
    unwrap(write_file(path, good));
    test::patch(path, 72, "\x01");
    const auto plan = unwrap(describe_file(path));
    g_assert_cmpuint(test::texts_of(plan.notices).size(), ==, 1);
    assert_equal(test::texts_of(plan.notices)[0],
                 "“disk.vmdk” was not closed properly; its last writes may be missing.");
}

static void refuses_looping_tables() {
    const TestFolder folder;
    const auto path = test::make_vmdk(folder, "monolithicSparse", std::uint64_t{64} << 30);
    // The redundant directory stands first; all its 2048 entries shall name the second table, which is empty.
    const auto good = test::content_of(path);
    test::patch(path, 56, good.substr(48, 8));
    constexpr std::size_t directory = 21 * 512;
    std::string all;
    for (int i = 0; i < 2048; i++)
        all += good.substr(directory + 4, 4);
    test::patch(path, directory, all);
    test::patch(path, 64, std::string(8, '\0'));
    test::resize(path, 1u << 20);
    assert_refused(path, "“disk.vmdk” is a damaged VMDK: its grain tables overlap.");
}

struct BadText {
    const char *from, *to, *sentence;
};

static void refuses_bad_descriptors() {
    const auto outside = [](const char *name) {
        return "“disk.vmdk” names the file “" + std::string{name} +
               "”, which is outside its own folder; use --allow-folder to allow reading from another folder.";
    };
    const std::string absolute = outside("/etc/passwd"), up = outside("../gone.vmdk"), deep_up = outside("sub/../../x"),
                      link = outside("link.vmdk"), folder_link = outside("away/passwd");
    const auto rdm =
        "“disk.vmdk” cannot be read. It is a raw device mapping (RDM), whose data is on a LUN and not in a file; copy "
        "it on the ESXi host with “vmkfstools -i THIS.vmdk -d thin COPY.vmdk”, or export the machine with ovftool.";
    const auto device =
        "“disk.vmdk” cannot be read. It stands for a device of the VMware host and has no data of its own; copy the "
        "device there with “qemu-img convert -O qcow2 DEVICE disk.qcow2”.";
    const auto copied =
        "“disk.vmdk” cannot be read. QEMU does not read this type; copy the disk on the ESXi host with “vmkfstools -i "
        "THIS.vmdk -d thin COPY.vmdk”, or with “vmware-vdiskmanager -r THIS.vmdk -t 0 COPY.vmdk”.";
    const auto elsewhere = [](const std::string &where) {
        return "“disk.vmdk” cannot be read. Its data is on " + where +
               " and not in a file; export the machine with “ovftool vi://HOST/MACHINE MACHINE.ova”, or copy the disk "
               "on the ESXi host with “vmkfstools -i” to a datastore of another kind.";
    };
    const auto on_vsan = elsewhere("vSAN"), named_vsan = on_vsan + " It names “vsan://5f3a-01”.",
               named_vvol = elsewhere("a virtual volume (vVol)") + " It names “vvol://naa.6”.";
    const BadText cases[] = {
        {"disk-flat.vmdk", "/etc/passwd", absolute.c_str()},
        {"disk-flat.vmdk", "../gone.vmdk", up.c_str()},
        {"disk-flat.vmdk", "sub/../../x", deep_up.c_str()},
        {"disk-flat.vmdk", "link.vmdk", link.c_str()},
        {"disk-flat.vmdk", "away/passwd", folder_link.c_str()},
        {"RW 16384 FLAT", "RW 16384 VMFSRDM", rdm},
        {"RW 16384 FLAT", "RW 16384 VMFSRAW", rdm},
        {"monolithicFlat", "vmfsRawDeviceMap", rdm},
        {"monolithicFlat", "vmfsPassthroughRawDeviceMap", rdm},
        {"monolithicFlat", "fullDevice", device},
        {"monolithicFlat", "vmfsThin", copied},
        {"monolithicFlat", "custom", copied},
        {"monolithicFlat", "vsanSparse", on_vsan.c_str()},
        {"disk-flat.vmdk", "vsan://5f3a-01", named_vsan.c_str()},
        {"disk-flat.vmdk", "vvol://naa.6", named_vvol.c_str()},
        {"disk-flat.vmdk", "https://host/a.vmdk",
         "“disk.vmdk” cannot be read. It names an address in place of a file; export the machine with ovftool, or "
         "download what the address leads to and name that. It names “https://host/a.vmdk”."},
        {"monolithicFlat", "monolithicSparse",
         "“disk.vmdk” is a VMDK of the type “monolithicSparse”, which is not supported here."},
        {"monolithicFlat", "x", "“disk.vmdk” is a VMDK of the type “x”, which is not supported here."},
        {"RW 16384 FLAT \"disk-flat.vmdk\" 0", "RW 16384 ZERO", copied},
        {"RW 16384 FLAT \"disk-flat.vmdk\" 0", "RW 16384 VMFSSPARSE \"disk-flat.vmdk\"",
         "“disk-flat.vmdk” is not the VMFSSPARSE extent that “disk.vmdk” says it is."},
        {"RW 16384 FLAT \"disk-flat.vmdk\" 0", "RW 16384 SESPARSE \"disk-flat.vmdk\"",
         "“disk-flat.vmdk” is not the SESPARSE extent that “disk.vmdk” says it is."},
        {"RW 16384 FLAT \"disk-flat.vmdk\" 0", "RW 16384 SPARSE \"disk-flat.vmdk\"",
         "“disk-flat.vmdk” is not the SPARSE extent that “disk.vmdk” says it is."},
        {"RW 16384 FLAT \"disk-flat.vmdk\" 0", "RW 16384 SPARSE \"streamed.vmdk\"",
         "“streamed.vmdk” is stream-optimized and cannot be one of several extents."},
        {"RW 16384 FLAT", "RW 16384 VMFS",
         "“disk.vmdk” gives an offset for an extent of the type VMFS, which takes none."},
        {"RW 16384 FLAT", "RDONLY 16384 FLAT",
         "“disk.vmdk” has an extent with access RDONLY, which qemu does not read."},
        {"RW 16384 FLAT \"disk-flat.vmdk\" 0", "RW 16384 BLOB \"disk-flat.vmdk\"",
         "“disk.vmdk” has an extent of the type “BLOB”, which is not supported."},
        {"flat.vmdk\" 0", "flat.vmdk\" 1",
         "“disk-flat.vmdk” is truncated: “disk.vmdk” needs it to have 8389120 bytes, and it has 8388608."},
        {"# Extent", "encryptionKeys=\"k\"\n# Extent",
         "“disk.vmdk” is encrypted by VMware; remove the encryption there: in the settings of the machine in "
         "Workstation "
         "and Fusion, by another storage policy in vSphere; then copy or export it again."},
        {"parentCID=ffffffff", "parentCID=12345678\nparentFileNameHint=\"base.vmdk\"",
         "“disk.vmdk” names the file “base.vmdk”, which does not exist."},
        {"parentCID=ffffffff", "parentFileNameHint=\"base.vmdk\"\nparentCID=ffffffff",
         "“disk.vmdk” names the parent “base.vmdk” and says that it has none."},
        {"parentCID=ffffffff", "parentCID=12345678",
         "“disk.vmdk” is a snapshot and holds only what changed since its parent, which it does not name."},
    };
    const TestFolder folder;
    const auto path = test::make_vmdk(folder, "monolithicFlat", small_disk);
    std::error_code error;
    std::filesystem::create_directory(folder / "sub", error);
    std::filesystem::create_symlink("/etc/passwd", folder / "link.vmdk", error);
    std::filesystem::create_symlink("/etc", folder / "away", error);
    move_directory_to_footer(test::make_vmdk(folder, "streamOptimized", small_disk, "streamed.vmdk"));
    const auto good = test::content_of(path);
    for (const auto &[from, to, sentence] : cases) {
        const auto bad = replace_all(good, from, to);
        g_assert_true(bad != good);
        unwrap(write_file(path, bad));
        assert_refused(path, sentence, DiskFormat::vmdk);
    }
    // What lies below, hides, or is no VMDK by its name may be anybody's file.
    std::filesystem::copy_file(folder / "disk-flat.vmdk", folder / "sub/data.vmdk", error);
    std::filesystem::copy_file(folder / "disk-flat.vmdk", folder / ".hidden.vmdk", error);
    std::filesystem::copy_file(folder / "disk-flat.vmdk", folder / "key", error);
    std::filesystem::create_symlink("sub/data.vmdk", folder / "below.vmdk", error);
    for (const auto *name : {"sub/data.vmdk", "below.vmdk"}) {
        unwrap(write_file(path, replace_all(good, "disk-flat.vmdk", name)));
        assert_refused(path, outside(name), DiskFormat::vmdk);
    }
    for (const auto *name : {".hidden.vmdk", "key"}) {
        unwrap(write_file(path, replace_all(good, "disk-flat.vmdk", name)));
        assert_refused(path,
                       std::string{"“disk.vmdk” names the extent “"} + name +
                           "”, whose name is not that of a VMDK; it is refused for safety.",
                       DiskFormat::vmdk);
    }
    // A link to a file of the same folder is allowed.
    std::filesystem::create_symlink("disk-flat.vmdk", folder / "near.vmdk", error);
    unwrap(write_file(path, replace_all(good, "disk-flat.vmdk", "near.vmdk")));
    assert_equal(unwrap(describe_file(path, DiskFormat::vmdk)).source.disks[0].files[1], folder / "disk-flat.vmdk");
}

static void refuses_device_extents() {
    const TestFolder folder;
    const auto path = test::make_vmdk(folder, "monolithicFlat", small_disk);
    std::filesystem::remove(folder / "disk-flat.vmdk");
    g_assert_cmpint(mkfifo((folder / "disk-flat.vmdk").c_str(), 0600), ==, 0);
    assert_refused(path, "“" + (folder / "disk-flat.vmdk") +
                             "” is not a regular file; disk images are read from regular files only.");
}

static void refuses_extent_of_other_size() {
    const TestFolder folder;
    const auto path = test::make_vmdk(folder, "twoGbMaxExtentSparse", two_extents);
    unwrap(write_file(path, replace_all(test::content_of(path), "RW 4194304", "RW 4194300")));
    assert_refused(path, "“disk-s001.vmdk” does not have the size that “disk.vmdk” says.");
    assert_refused(
        folder / "disk-s001.vmdk",
        "“disk-s001.vmdk” is one part of a VMDK and has no descriptor; name the descriptor file of the disk.");
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, nullptr);
    g_test_add_func("/source/vmdk/subformats", reads_each_subformat);
    g_test_add_func("/source/vmdk/vmfs", reads_vmfs_and_ide);
    g_test_add_func("/source/vmdk/truncated", finds_truncation);
    g_test_add_func("/source/vmdk/footer", reads_footer);
    g_test_add_func("/source/vmdk/header", refuses_bad_headers);
    g_test_add_func("/source/vmdk/loop", refuses_looping_tables);
    g_test_add_func("/source/vmdk/descriptor", refuses_bad_descriptors);
    g_test_add_func("/source/vmdk/device", refuses_device_extents);
    g_test_add_func("/source/vmdk/size", refuses_extent_of_other_size);
    return g_test_run();
}
