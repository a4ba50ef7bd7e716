// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/base/text.h"
#include "convert/source/machine_name.h"
#include "tests/support/notices.h"
#include "tests/support/source_images.h"
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

using namespace h2k;
using namespace std::string_view_literals;
using test::assert_equal;
using test::assert_refused;
using test::describe_file;
using test::make_qcow2;
using test::TestFolder;
using test::unwrap;

static void reads_qcow2() {
    const TestFolder folder;
    for (const auto *options :
         {"compat=0.10", "compat=1.1", "compat=1.1,compression_type=zstd", "compat=1.1,cluster_size=512",
          "compat=1.1,cluster_size=2M,extended_l2=on", "compat=1.1,lazy_refcounts=on"}) {
        const auto path = make_qcow2(folder, options);
        for (const auto wanted : {std::optional<DiskFormat>{}, std::optional{DiskFormat::qcow2}}) {
            const auto plan = unwrap(describe_file(path, wanted));
            g_assert_cmpuint(test::texts_of(plan.notices).size(), ==, 0);
            const auto &disk = plan.source.disks[0];
            g_assert_true(disk.top.format == DiskFormat::qcow2 && disk.bus == Bus::scsi);
            g_assert_cmpuint(disk.top.bytes, ==, 8u << 20);
            assert_equal(join(disk.files, " "), path);
        }
        const auto compressed = folder / "c.qcow2";
        test::run({"qemu-img", "convert", "-c", "-f", "qcow2", "-O", "qcow2", "-o", options, path, compressed});
        unwrap(describe_file(compressed));
    }
}

static void warns_of_snapshots() {
    const TestFolder folder;
    const auto path = make_qcow2(folder, "compat=1.1");
    test::run({"qemu-img", "snapshot", "-c", "first", path});
    test::patch(path, 79, "\x01"); // dirty
    assert_equal(join(test::texts_of(unwrap(describe_file(path)).notices), "\n"),
                 "“d.qcow2” was not closed properly; its last writes may be missing.\n"
                 "The snapshots inside “d.qcow2” are not carried over; only its current state is.");
}

struct Damage {
    off_t offset;
    std::string_view bytes;
    const char *sentence;
};

static void refuses_bad_qcow2() {
    const auto size = "“d.qcow2” is a qcow2 image with an invalid size.";
    const auto cover = "“d.qcow2” is a damaged qcow2 image: its cluster table does not cover its size.";
    const auto cluster = "“d.qcow2” is a damaged qcow2 image: its cluster size is invalid.";
    const auto beyond = "“d.qcow2” is truncated: this qcow2 image refers to data beyond the end of the file.";
    const Damage cases[] = {
        {4, "\0\0\0\x01"sv,
         "“d.qcow2” is a qcow image of version 1, which is not supported; convert it with “qemu-img convert -O qcow2” "
         "first."},
        {20, "\0\0\0\x08"sv, cluster},
        {20, "\0\0\0\xff"sv, cluster},
        {24, "\0\0\0\0\0\0\0\0"sv, size},
        {24, "\0\0\0\0\0\0\0\x07"sv, size},
        {24, "\xff\xff\xff\xff\xff\xff\xfe\0"sv, size},
        {24, "\0\0\x10\0\0\0\0\0"sv, cover},
        {35, "\x02"sv,
         "“d.qcow2” is an encrypted qcow2 image; convert it to one without encryption with “qemu-img convert” first."},
        {36, "\xff\xff\xff\xff"sv, cover},
        {36, "\0\0\0\0"sv, cover},
        {36, "\0\x40\0\0"sv, beyond},
        {40, "\x7f\0\0\0\0\0\0\0"sv, beyond},
        {79, "\x02"sv, "“d.qcow2” is marked as corrupt; repair it with qemu-img check first."},
        {79, "\x04"sv,
         "“d.qcow2” keeps its data in an external data file, which is not supported; convert it with "
         "“qemu-img convert -O qcow2” first."},
        {72, "\x80"sv, "“d.qcow2” needs features of qcow2 that are not supported: 0x8000000000000000."},
        {100, "\0\0\0\x10"sv, "“d.qcow2” is truncated: it is shorter than a qcow2 header."},
        {100, "\xff\xff\xff\xff"sv, "“d.qcow2” is truncated: it is shorter than a qcow2 header."},
    };
    const TestFolder folder;
    const auto path = make_qcow2(folder, "compat=1.1");
    const auto good = test::content_of(path);
    for (const auto &[offset, bytes, sentence] : cases) {
        unwrap(write_file(path, good));
        test::patch(path, offset, bytes);
        assert_refused(path, sentence);
    }
    for (const auto length : {good.size() - (64u << 10), good.size() / 2, std::size_t{200000}, std::size_t{70000}}) {
        unwrap(write_file(path, good.substr(0, length)));
        assert_refused(path, beyond);
    }
    unwrap(write_file(path, good.substr(0, 50)));
    assert_refused(path, "“d.qcow2” is truncated: it is shorter than a qcow2 header.");
}

static void refuses_other_files_of_qcow2() {
    const TestFolder folder;
    const auto split = make_qcow2(folder, "data_file=" + (folder / "data") + ",data_file_raw=on", "split.qcow2");
    assert_refused(split, "“split.qcow2” keeps its data in an external data file, which is not supported; convert it "
                          "with “qemu-img convert -O qcow2” first.");
    test::patch(split, 79, "\0"sv); // the extension alone is enough
    assert_refused(split, "“split.qcow2” keeps its data in an external data file, which is not supported; convert it "
                          "with “qemu-img convert -O qcow2” first.");
    test::run({"qemu-img", "create", "-q", "--object", "secret,id=s,data=0123456789abcdef", "-f", "qcow2", "-o",
               "encrypt.format=aes,encrypt.key-secret=s", folder / "aes.qcow2", "1M"});
    assert_refused(folder / "aes.qcow2",
                   "“aes.qcow2” is an encrypted qcow2 image; convert it to one without encryption with “qemu-img "
                   "convert” first.");
}

struct Foreign {
    std::string content;
    const char *sentence;
};

static std::string at(std::size_t offset, std::string_view magic, std::size_t size = 65536) {
    std::string content(size, '\0');
    return content.replace(offset, magic.size(), magic);
}

constexpr const char *qed =
    "“x” is a QED image, which is not supported. Convert it with “qemu-img convert -f qed -O qcow2” first.";
constexpr const char *iso = "“x” is an ISO 9660 image, which is not supported. It is a CD or DVD and not the disk of a "
                            "machine; name the disk of the machine.";

static void names_what_it_refuses() {
    const Foreign cases[] = {
        {at(0, "QED\0"sv), qed},
        {at(32769, "CD001"), iso},
        {at(32769, "CD001").replace(510, 2, "\x55\xaa"), iso},
        {at(65024, "koly"), "“x” is a DMG image, which is not supported. Convert it with “qemu-img convert -f dmg -O "
                            "raw” first."},
        {at(0, "Bochs Virtual HD Image"), "“x” is a Bochs image, which is not supported. Convert it with “qemu-img "
                                          "convert -f bochs -O qcow2” first."},
        {"#!/bin/sh\n#V2.0 Format\nmodprobe cloop file=$0 && mount -r -t iso9660 /dev/cloop $1\n",
         "“x” is a cloop image, which is not supported. Convert it with “qemu-img convert -f cloop -O raw” first."},
        {at(0, "VMA\0"sv),
         "“x” is a backup of Proxmox VE (VMA), which is not supported. Unpack it on a Proxmox VE host "
         "with “vma extract FILE FOLDER”, then name the disk images in that folder."},
        {at(0, "WithouFreSpacExt"), "“x” is a Parallels image, which is not supported. Delete the snapshots of its "
                                    "machine with “prlctl snapshot-delete”, then convert it with “qemu-img convert -f "
                                    "parallels -O qcow2”."},
        {"hello, world\n", "“x” is a text file, not a disk image."},
        {"", "“x” is empty."},
        {"\x01\x02", "“x” is not a recognised disk image; if it is a raw image, use --input-format raw."},
    };
    const TestFolder folder;
    for (const auto &[content, sentence] : cases) {
        unwrap(write_file(folder / "x", content));
        assert_refused(folder / "x", sentence);
    }
}

/// Formats as their own writer makes them.
static void names_what_qemu_writes() {
    const TestFolder folder;
    test::run({"qemu-img", "create", "-q", "-f", "qed", folder / "x", "1M"});
    assert_refused(folder / "x", qed);
}

static void refuses_what_is_no_file() {
    const TestFolder folder;
    const auto x = folder / "x";
    assert_refused(x, "Cannot read “" + x + "”: No such file or directory.");
    assert_refused(x + "\nX", "Cannot read “" + x + "?X”: No such file or directory.");
    assert_refused(
        folder.path(),
        "“" + folder.path() +
            "” is a folder that does not describe a machine; name the disk image, archive or domain XML in it.");
    g_assert_cmpint(mkfifo(x.c_str(), 0600), ==, 0);
    assert_refused(x, "“" + x + "” is not a regular file; disk images are read from regular files only.");
    assert_refused(x, "“" + x + "” is not a regular file; disk images are read from regular files only.",
                   DiskFormat::raw);
    assert_refused("/dev/null", "“/dev/null” is not a regular file; disk images are read from regular files only.");
    std::error_code error;
    std::filesystem::create_symlink("x2", x + "1", error);
    std::filesystem::create_symlink("x1", x + "2", error);
    assert_refused(x + "1", "Cannot read “" + x + "1”: Too many levels of symbolic links.");
    if (std::filesystem::is_block_file("/dev/loop0", error))
        assert_refused("/dev/loop0",
                       "“/dev/loop0” is a block device; this version reads disk images from regular files only.");
}

static void refuses_unreadable() {
    const TestFolder folder;
    unwrap(write_file(folder / "x", "x"));
    g_assert_cmpint(chmod(folder.path().c_str(), 0755), ==, 0);
    g_assert_cmpint(chmod((folder / "x").c_str(), 0), ==, 0);
    // Root can read every file, so it becomes nobody for a moment.
    constexpr uid_t nobody = 65534;
    const bool root = geteuid() == 0;
    g_assert_true(!root || seteuid(nobody) == 0);
    assert_refused(folder / "x", "Cannot read “" + (folder / "x") + "”: Permission denied.");
    g_assert_true(!root || seteuid(0) == 0);
}

/// While a writer has the image open, it is refused; a reader does not matter.
static void refuses_a_disk_in_use() {
    const TestFolder folder;
    const auto path = make_qcow2(folder, "compat=1.1");
    for (const bool writer : {true, false}) {
        std::vector<std::string> argv{"qemu-io", "-f", "qcow2", path};
        if (!writer)
            argv.insert(argv.begin() + 1, "-r");
        const char *const arguments[] = {
            argv[0].c_str(), argv[1].c_str(), argv[2].c_str(), argv[3].c_str(), writer ? nullptr : argv[4].c_str(),
            nullptr};
        GError *error = nullptr;
        constexpr auto flags =
            static_cast<GSubprocessFlags>(G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE);
        const auto user = Ref<GSubprocess>::adopt(g_subprocess_newv(arguments, flags, &error));
        g_assert_no_error(error);
        // Its prompt shows that it has opened the image.
        char prompt = 0;
        g_assert_cmpint(g_input_stream_read(g_subprocess_get_stdout_pipe(user.get()), &prompt, 1, nullptr, nullptr), ==,
                        1);
        if (writer)
            assert_refused(
                path, "“" + path + "” is being written by another program; shut down the machine that uses it first.");
        else
            unwrap(describe_file(path));
        g_output_stream_close(g_subprocess_get_stdin_pipe(user.get()), nullptr, nullptr);
        g_assert_true(g_subprocess_wait(user.get(), nullptr, nullptr));
    }
    unwrap(describe_file(path));
}

static void describes_several_disks() {
    const TestFolder folder;
    const auto first = test::make_vmdk(folder, "monolithicFlat", 8u << 20, "web 01.vmdk");
    const auto second = make_qcow2(folder, "compat=1.1");
    auto plan = unwrap(describe({.sources = {first, second}}));
    assert_equal(plan.source.name, "web-01");
    assert_equal(plan.source.disks[0].id + plan.source.disks[1].id, "disk0disk1");
    g_assert_cmpuint(plan.source.nics.size() + plan.source.vcpus + plan.source.memory, ==, 0);
    assert_equal(unwrap(describe({.sources = {second}, .name = "mine"})).source.name, "mine");
    const auto twice = [&](const std::string &other) {
        assert_equal(
            test::message_of(describe({.sources = {first, other}, .input_format = DiskFormat::vmdk}), H2K_ERROR_SOURCE),
            "“" + real_path(other).value_or("?") + "” is given twice, or shares a file with another disk.");
    };
    std::error_code error;
    std::filesystem::create_symlink("web 01.vmdk", folder / "link", error);
    std::filesystem::create_hard_link(first, folder / "hard.vmdk", error);
    std::filesystem::copy_file(first, folder / "copy.vmdk", error);
    for (const auto &other : {first, folder / "link", folder / "hard.vmdk", folder / "copy.vmdk"})
        twice(other);
    test::message_of(describe({}), H2K_ERROR_USAGE);
}

static void names_machines() {
    const std::pair<const char *, const char *> cases[] = {
        {"/a/web01.vmdk", "web01"},
        {"Web 01 (old).VMDK", "Web-01-old"},
        {"a.b.qcow2", "a.b"},
        {"--x.img", "x"},
        {".hidden.raw", "hidden"},
        {".vmdk", "guest"},
        {"web.vhd", "web"},
        {"web.VHDX", "web"},
        {"web_1.avhdx", "web_1"},
        {"web.avhd", "web"},
        {"web.vdi", "web"},
        {"…", "guest"},
        {"größe.vmdk", "größe"},
        {"a\nb;$(c)<&>.vmdk", "a-b-c"},
        {"disk\xff\xfe.vmdk", "disk"},
        {"name", "name"},
        {"/", "guest"},
        {"..", "guest"},
    };
    for (const auto &[path, name] : cases)
        assert_equal(machine_name(path), name);
    const auto cut = machine_name(std::string(99, 'a') + "ö" + std::string(99, 'b'));
    assert_equal(cut, std::string(99, 'a'));
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, nullptr);
    g_test_add_func("/source/qcow2/read", reads_qcow2);
    g_test_add_func("/source/qcow2/warn", warns_of_snapshots);
    g_test_add_func("/source/qcow2/refuse", refuses_bad_qcow2);
    g_test_add_func("/source/qcow2/other-files", refuses_other_files_of_qcow2);
    g_test_add_func("/source/foreign/magic", names_what_it_refuses);
    g_test_add_func("/source/foreign/written", names_what_qemu_writes);
    g_test_add_func("/source/file/none", refuses_what_is_no_file);
    g_test_add_func("/source/file/unreadable", refuses_unreadable);
    g_test_add_func("/source/file/in-use", refuses_a_disk_in_use);
    g_test_add_func("/source/disks", describes_several_disks);
    g_test_add_func("/source/name", names_machines);
    return g_test_run();
}
