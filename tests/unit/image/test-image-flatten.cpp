// SPDX-License-Identifier: LGPL-2.1-or-later
// Overlays over chains, over parts of files, and over differencing images.
#include "convert/image/image.h"
#include "tests/support/differencing.h"
#include "tests/support/overlays.h"
#include <sys/mount.h>

using namespace h2k;
using test::assert_equal;
using test::assert_reads_as;
using test::make_child;
using test::make_image;
using test::TestFolder;
using test::unwrap;

constexpr std::uint64_t bytes = 8u << 20;

static void name_a_foreign_parent(const std::string &child, const std::string &parent) {
    const std::string key = "parentFileNameHint=\"";
    const auto at = test::content_of(child).find(key + parent + "\"");
    g_assert_cmpuint(at, !=, std::string::npos);
    test::patch(child, static_cast<off_t>(at + key.size()), "/vmfs/" + std::string(parent.size() - 6, 'x'));
}

/// A chain of VMDKs, each with a change of its own; content.raw is what the guest sees.  Each names a parent of another
/// machine, in the same number of letters.
static Disk make_chain(const TestFolder &folder, int links) {
    Disk disk{.top = {.path = test::make_vmdk(folder, "monolithicSparse", bytes, "0.vmdk"),
                      .format = DiskFormat::vmdk,
                      .bytes = bytes}};
    for (int i = 1; i < links; ++i) {
        const auto child = folder / (std::to_string(i) + ".vmdk");
        test::run({"qemu-img", "create", "-q", "-f", "vmdk", "-F", "vmdk", "-b", disk.top.path, child});
        const auto write = "write -q -P " + std::to_string(i) + " " + std::to_string(i * 200) + "k 300k";
        test::run({"qemu-io", "-f", "vmdk", "-c", write, child});
        test::run({"qemu-io", "-f", "raw", "-c", write, folder / "content.raw"});
        disk.below.insert(
            disk.below.begin(),
            {.path = disk.top.path, .window = {}, .format = DiskFormat::vmdk, .subformat = {}, .bytes = bytes});
        disk.top.path = child;
    }
    for (std::size_t i = 0; i < disk.below.size(); ++i)
        name_a_foreign_parent(i == 0 ? disk.top.path : disk.below[i - 1].path, disk.below[i].path);
    return disk;
}

static void stands_on_a_chain() {
    const TestFolder folder;
    const auto disk = make_chain(folder, 3);
    const auto overlay = unwrap(create_overlay(folder / "overlay", disk, nullptr));
    g_assert_cmpuint(overlay.below.size(), ==, 3);
    assert_reads_as(overlay, folder / "content.raw");
}

static void stands_on_a_long_chain() {
    const TestFolder folder;
    const auto overlay = unwrap(create_overlay(folder / "overlay", make_chain(folder, 30), nullptr));
    g_assert_cmpuint(overlay.below.size(), ==, 30);
    assert_reads_as(overlay, folder / "content.raw");
}

static void takes_a_long_name() {
    const TestFolder folder;
    auto path = folder.path();
    for (int i = 0; i < 6; ++i)
        unwrap(make_folder(path += "/" + std::string(200, 'f'), 0700));
    std::filesystem::rename(test::make_vmdk(folder, "streamOptimized", bytes), path += "/disk.vmdk");
    const auto overlay = unwrap(create_overlay(
        folder / "overlay", {.top = {.path = path, .format = DiskFormat::vmdk, .bytes = bytes}}, nullptr));
    assert_reads_as(overlay, folder / "content.raw");
}

/// Packs files in a tar; gives where each one's content is.
static std::vector<Window> pack(const TestFolder &folder, const std::vector<std::string> &names) {
    std::vector<std::string> argv{"tar", "-C", folder.path(), "-cf", folder / "pack.tar"};
    argv.insert(argv.end(), names.begin(), names.end());
    test::run(argv);
    const auto tar = test::content_of(folder / "pack.tar");
    std::vector<Window> found;
    for (std::size_t at = 0; found.size() < names.size();) {
        const auto size = g_ascii_strtoull(tar.substr(at + 124, 12).c_str(), nullptr, 8);
        found.push_back({.offset = at + 512, .length = size});
        assert_equal(tar.substr(at, names[found.size() - 1].size()), names[found.size() - 1]);
        at += 512 + (size + 511) / 512 * 512;
    }
    return found;
}

static void stands_on_members_of_an_archive() {
    const TestFolder folder;
    auto disk = make_chain(folder, 2);
    test::make_image(folder, "vmdk", "subformat=streamOptimized", "lone.vmdk"); // writes content.raw again
    unwrap(write_file(folder / "notes", "abc"));
    const auto windows = pack(folder, {"notes", "content.raw", "lone.vmdk", "1.vmdk", "0.vmdk"});
    const auto tar = folder / "pack.tar";
    for (const auto &[format, window] : {std::pair{DiskFormat::raw, windows[1]}, {DiskFormat::vmdk, windows[2]}}) {
        const Disk member{.top = {.path = tar, .window = window, .format = format, .bytes = bytes}};
        assert_reads_as(unwrap(create_overlay(folder / name_of(format), member, nullptr)), folder / "content.raw");
    }
    test::run({"qemu-io", "-f", "raw", "-c", "write -q -P 1 200k 300k", folder / "content.raw"});
    disk.top.path = disk.below[0].path = tar;
    disk.top.window = windows[3];
    disk.below[0].window = windows[4];
    assert_reads_as(unwrap(create_overlay(folder / "overlay", disk, nullptr)), folder / "content.raw");
}

/// Zeros that an image holds itself hide what is below, and what it does not hold hides nothing.
static void keeps_zeros_of_each_link() {
    const TestFolder folder;
    test::make_image(folder, "qcow2", "compat=1.1", "base");
    test::run({"qemu-img", "create", "-q", "-f", "qcow2", "-F", "qcow2", "-b", folder / "base", folder / "middle"});
    test::run({"qemu-img", "create", "-q", "-f", "qcow2", "-F", "qcow2", "-b", folder / "middle", folder / "top"});
    test::run(
        {"qemu-io", "-f", "qcow2", "-c", "write -q -z 64k 100k", "-c", "write -q -P 3 7M 64k", folder / "middle"});
    test::run({"qemu-io", "-f", "qcow2", "-c", "discard -q 7M 128k", "-c", "write -q -P 4 1000k 10k", folder / "top"});
    test::run({"qemu-img", "convert", "-f", "qcow2", "-O", "raw", folder / "top", folder / "content.raw"});
    const auto windows = pack(folder, {"base", "middle", "top"});
    const auto tar = folder / "pack.tar";
    const auto image = [&](std::size_t i) {
        return Image{.path = tar, .window = windows[i], .format = DiskFormat::qcow2, .subformat = {}, .bytes = bytes};
    };
    const Disk disk{.top = {.path = tar, .window = windows[2], .format = DiskFormat::qcow2, .bytes = bytes},
                    .below = {image(1), image(0)}};
    assert_reads_as(unwrap(create_overlay(folder / "overlay", disk, nullptr)), folder / "content.raw");
    g_assert_cmpint(test::content_of(folder / "content.raw")[65536], ==, 0);
}

struct Differencing {
    std::string format;  ///< as qemu calls it
    std::string options; ///< of the lowest image
};

/// Three links, with data and zeros, and content.raw for what they are together.
static Disk make_differencing(const TestFolder &folder, const Differencing &what) {
    const bool vhd = what.format == "vpc";
    const auto *format = vhd ? "vhd" : "vhdx";
    const auto base = make_image(folder, what.format, what.options, "base");
    const auto middle = make_child(folder, format, base, "middle",
                                   "--at 0 --byte 0x31 --length 512 --at 1024 --byte 0x32 --length 4096");
    const auto top = make_child(folder, format, middle, "top",
                                "--at 1536 --byte 0x41 --length 512 --at 4194304 --byte 0x42 --length 2097152 "
                                "--at 2096640 --byte 0x43 --length 1024" +
                                    std::string{vhd ? "" : " --block 1048576 --state 7340032 2"});
    auto disk = unwrap(test::describe_file(top, vhd ? DiskFormat::vhd : DiskFormat::vhdx)).source.disks[0];
    g_assert_cmpuint(disk.below.size(), ==, 2);
    auto content = test::raw_content(folder, what.format, base);
    test::lay_over(content, middle, disk.top.format);
    test::lay_over(content, top, disk.top.format);
    g_assert_true(content[1536] == 'A' && content[4194304] == 'B' && content[0] == '1');
    g_assert_cmpint(content[7340032], ==, vhd ? 0x22 : 0);
    unwrap(write_file(folder / "content.raw", content));
    return disk;
}

static void collapses_differencing_images() {
    for (const auto &what : {Differencing{"vpc", "subformat=dynamic"}, Differencing{"vpc", "subformat=fixed"},
                             Differencing{"vhdx", "subformat=dynamic"}}) {
        const TestFolder folder;
        const auto disk = make_differencing(folder, what);
        const auto before = test::run({"sha256sum", disk.top.path, disk.below[0].path, disk.below[1].path});
        const auto overlay = unwrap(create_overlay(folder / "overlay", disk, nullptr));
        g_assert_cmpuint(overlay.below.size(), ==, 1);
        assert_reads_as(overlay, folder / "content.raw");
        test::run({"qemu-img", "check", "-q", "-f", "qcow2", overlay.top.path});
        assert_equal(test::run({"sha256sum", disk.top.path, disk.below[0].path, disk.below[1].path}), before);
    }
}

static void collapses_members_of_an_archive() {
    const TestFolder folder;
    auto disk = make_differencing(folder, {"vhdx", "subformat=dynamic"});
    const auto windows = pack(folder, {"top", "base", "middle"});
    for (auto *image : {&disk.top, &disk.below[0], &disk.below[1]}) {
        image->path = folder / "pack.tar";
        image->held = {};
    }
    disk.top.window = windows[0];
    disk.below[0].window = windows[2];
    disk.below[1].window = windows[1];
    assert_reads_as(unwrap(create_overlay(folder / "overlay", disk, nullptr)), folder / "content.raw");
}

/// What a smaller link cuts off does not come back where a higher one is larger.
static void minds_the_size_of_each_link() {
    const TestFolder folder;
    auto disk = make_differencing(folder, {"vhdx", "subformat=dynamic"});
    disk.top.bytes = 16u << 20;
    disk.below[0].bytes = 7u << 20;
    test::resize(folder / "content.raw", 7u << 20);
    test::resize(folder / "content.raw", 16u << 20);
    assert_reads_as(unwrap(create_overlay(folder / "overlay", disk, nullptr)), folder / "content.raw");
    disk.top.bytes = 4u << 20;
    test::resize(folder / "content.raw", 4u << 20);
    assert_reads_as(unwrap(create_overlay(folder / "small", disk, nullptr)), folder / "content.raw");
    disk.below[1].bytes = 1u << 20;
    assert_equal(test::message_of(create_overlay(folder / "no", disk, nullptr), H2K_ERROR_SOURCE),
                 "QEMU reads “" + disk.below[1].path + "” as a disk of 8388608 bytes, but its metadata says 1048576.");
}

static void refuses_chains_that_are_none() {
    const TestFolder folder;
    const auto whole = make_differencing(folder, {"vpc", "subformat=dynamic"});
    const auto said = [&](const Disk &disk) {
        const auto text = test::message_of(create_overlay(folder / "no", disk, nullptr), H2K_ERROR_SOURCE);
        g_assert_false(path_exists(folder / "no"));
        return text;
    };
    auto disk = whole;
    disk.below.pop_back();
    assert_equal(said(disk), "The chain of “" + disk.top.path + "” mixes formats or lacks its lowest image.");
    disk = whole;
    disk.below[0].subformat = "dynamic";
    assert_equal(said(disk), "The chain of “" + disk.top.path + "” mixes formats or lacks its lowest image.");
    disk = whole;
    disk.below[0] = whole.below[1];
    disk.below[0].subformat = "differencing";
    assert_equal(said(disk), "“base” is not a differencing image: it holds a whole disk.");
    disk = whole;
    disk.top.window = Window{.offset = 512, .length = 1u << 30};
    assert_equal(said(disk), "“top” is truncated: it ends within “" + whole.top.path + "”.");
}

/// What is read is what was checked, whatever the names lead to meanwhile.
static void reads_what_was_opened() {
    for (const auto &what : {Differencing{"vpc", "subformat=dynamic"}, Differencing{"vhdx", "subformat=dynamic"}}) {
        const TestFolder folder;
        const auto disk = make_differencing(folder, what);
        for (const auto &path : disk.files) {
            std::filesystem::remove(path);
            std::filesystem::create_symlink("/etc/passwd", path);
        }
        assert_reads_as(unwrap(create_overlay(folder / "overlay", disk, nullptr)), folder / "content.raw");
    }
}

static void tells_a_full_host() {
    const TestFolder folder;
    const auto small = folder / "small";
    unwrap(make_folder(small, 0700));
    if (geteuid() != 0 || mount("tmpfs", small.c_str(), "tmpfs", 0, "size=1m") != 0) {
        g_test_skip("only root can mount a small file system");
        return;
    }
    const auto disk = make_differencing(folder, {"vpc", "subformat=dynamic"});
    assert_equal(test::message_of(create_overlay(small + "/overlay", disk, nullptr), H2K_ERROR_TARGET),
                 "No space is left in “" + small + "”.");
    g_assert_true(std::filesystem::is_empty(small));
    g_assert_cmpint(umount2(small.c_str(), MNT_DETACH), ==, 0);
}

static void grows() {
    const TestFolder folder;
    const auto path = test::make_vmdk(folder, "streamOptimized", bytes);
    auto overlay = unwrap(create_overlay(folder / "overlay",
                                         {.top = {.path = path, .format = DiskFormat::vmdk, .bytes = bytes}}, nullptr));
    unwrap(grow_overlay(overlay, bytes, nullptr));
    unwrap(grow_overlay(overlay, bytes * 3 + 512, nullptr));
    test::resize(folder / "content.raw", bytes * 3 + 512);
    assert_reads_as(overlay, folder / "content.raw");
    assert_equal(test::message_of(grow_overlay(overlay, bytes, nullptr), H2K_ERROR_USAGE),
                 "A disk of 25166336 bytes cannot be shrunk to 8388608 bytes.");
    unwrap(convert_image({.from = overlay, .to = folder / "out"}, {}, nullptr));
    unwrap(check_image(folder / "out", DiskFormat::qcow2, bytes * 3 + 512, nullptr));
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, nullptr);
    g_test_add_func("/image-flatten/chain", stands_on_a_chain);
    g_test_add_func("/image-flatten/long", stands_on_a_long_chain);
    g_test_add_func("/image-flatten/long-name", takes_a_long_name);
    g_test_add_func("/image-flatten/archive", stands_on_members_of_an_archive);
    g_test_add_func("/image-flatten/zeros", keeps_zeros_of_each_link);
    g_test_add_func("/image-flatten/differencing", collapses_differencing_images);
    g_test_add_func("/image-flatten/differencing-archive", collapses_members_of_an_archive);
    g_test_add_func("/image-flatten/sizes", minds_the_size_of_each_link);
    g_test_add_func("/image-flatten/refused", refuses_chains_that_are_none);
    g_test_add_func("/image-flatten/opened", reads_what_was_opened);
    g_test_add_func("/image-flatten/full", tells_a_full_host);
    g_test_add_func("/image-flatten/grow", grows);
    return g_test_run();
}
