// SPDX-License-Identifier: LGPL-2.1-or-later
// The block nodes that describe a disk to QEMU.
#include "convert/base/text.h"
#include "convert/image/image.h"
#include "convert/image/node.h"
#include "convert/image/vmdk_text.h"
#include "tests/support/overlays.h"
#include "tests/support/source_images.h"

using namespace h2k;
using test::assert_equal;
using test::TestFolder;
using test::unwrap;

static HeldFile any_file() { return unwrap(HeldFile::open("/dev/null", O_RDONLY)); }

/// The node of images that need not exist, with paths instead of QEMU's names for the files.
static std::string node_of(Disk disk) {
    disk.top.held = any_file();
    for (auto &image : disk.below)
        image.held = any_file();
    QemuFiles files;
    const auto node = unwrap(block_node(chain_of(disk), files));
    return files.with_paths(node);
}

static void names_every_driver() {
    const auto node = [](DiskFormat format) { return node_of({.top = {.path = "/d", .format = format}}); };
    const std::string file = "\"file\":{\"driver\":\"file\",\"filename\":\"/d\"}";
    assert_equal(node(DiskFormat::raw), "json:{\"driver\":\"raw\"," + file + "}");
    assert_equal(node(DiskFormat::vhd), "json:{\"driver\":\"vpc\",\"force_size_calc\":\"current_size\"," + file + "}");
    assert_equal(node(DiskFormat::vhdx), "json:{\"driver\":\"vhdx\"," + file + "}");
    assert_equal(node(DiskFormat::vdi), "json:{\"driver\":\"vdi\"," + file + "}");
    assert_equal(node(DiskFormat::vmdk), "json:{\"driver\":\"vmdk\"," + file + ",\"backing\":null}");
    assert_equal(node(DiskFormat::qcow2), "json:{\"driver\":\"qcow2\"," + file + ",\"backing\":null}");
}

static void nests_windows_and_chains() {
    const Disk raw{.top = {.path = "/t", .window = Window{.offset = 512, .length = 1024}, .format = DiskFormat::raw}};
    const std::string window = "\"driver\":\"raw\",\"offset\":512,\"size\":1024,"
                               "\"file\":{\"driver\":\"file\",\"filename\":\"/t\"}";
    assert_equal(node_of(raw), "json:{" + window + "}");
    auto vdi = raw;
    vdi.top.format = DiskFormat::vdi;
    assert_equal(node_of(vdi), "json:{\"driver\":\"vdi\",\"file\":{" + window + "}}");
    const Disk chain{.top = {.path = "/top", .format = DiskFormat::vmdk},
                     .below = {{.path = "/t", .window = raw.top.window, .format = DiskFormat::qcow2},
                               {.path = "/base", .format = DiskFormat::raw}}};
    assert_equal(node_of(chain),
                 "json:{\"driver\":\"vmdk\",\"file\":{\"driver\":\"file\",\"filename\":\"/top\"},\"backing\":{"
                 "\"driver\":\"qcow2\",\"file\":{" +
                     window +
                     "},\"backing\":{\"driver\":\"raw\",\"file\":{\"driver\":\"file\",\"filename\":\"/base\"}}}}");
}

static void refuses_what_no_node_can_say() {
    const TestFolder folder;
    const auto a = folder / "a.vhd", b = folder / "b";
    for (const auto &path : {a, b})
        unwrap(write_file(path, ""));
    const Disk disk{.top = {.path = a, .format = DiskFormat::vhd}, .below = {{.path = b, .format = DiskFormat::vhd}}};
    QemuFiles files;
    assert_equal(test::message_of(block_node(chain_of(disk), files), H2K_ERROR_SOURCE),
                 "“" + a + "” is a vhd image, which cannot have a backing file.");
}

/// Each file has a number of its own, of which one may begin as another does.
static void names_files_in_messages() {
    QemuFiles files;
    std::string said = "no", wanted = "no";
    for (int i = 0; i < 20; ++i) {
        said += " '" + files.name_of(any_file(), "/i" + std::to_string(i)) + "'";
        wanted += " '/i" + std::to_string(i) + "'";
    }
    assert_equal(files.with_paths(said + ": /proc/self/fd/9999"), wanted + ": /proc/self/fd/9999");
    assert_equal(files.with_paths("/proc/self/fd/"), "/proc/self/fd/");
}

/// A VMDK's own text never reaches QEMU: ours names what was opened.
static void writes_vmdk_texts() {
    const auto file = any_file();
    const Image image{.format = DiskFormat::vmdk,
                      .subformat = "monolithicFlat",
                      .identity = "0badcafe",
                      .extents = {{.path = "/a", .held = file, .type = "FLAT", .sectors = 8, .offset = 3},
                                  {.path = "/b", .held = file, .type = "SPARSE", .sectors = 16}}};
    QemuFiles files;
    const auto text = unwrap(vmdk_text_for(image, "", files));
    assert_equal(test::content_of(text.name()), "# Disk DescriptorFile\nversion=1\nCID=0badcafe\nparentCID=ffffffff\n"
                                                "createType=\"monolithicFlat\"\nRW 8 FLAT \"" +
                                                    file.name() + "\" 3\nRW 16 SPARSE \"" + file.name() + "\"\n");
    g_assert_cmpuint(files.held().size(), ==, 2);
}

static void says_what_stands_alone() {
    const Disk alone{.top = {.path = "/d", .format = DiskFormat::vhdx, .subformat = "dynamic"}};
    g_assert_true(is_standalone(alone));
    auto disk = alone;
    disk.top.window = Window{.offset = 0, .length = 512};
    g_assert_false(is_standalone(disk));
    disk = alone;
    disk.below.push_back({.path = "/base", .format = DiskFormat::vhd});
    g_assert_false(is_standalone(disk));
    disk = alone;
    disk.top.subformat = "differencing";
    g_assert_false(is_standalone(disk));
}

/// qemu itself opens what stands in folders and files of any name, also where they are no image's own.
static void opens_awkward_names() {
    for (const std::string name :
         {"a:b,c.vmdk", "json:{}.vmdk", "a b\n\t\x01%s%d\"'.vmdk", "back\\slash\\\".vmdk", "größe 大.vmdk",
          "caf\xe9.vmdk", "{\"x\":[1]}.vmdk", "file.filename=x,,y.vmdk", "\x7f\xe2\x80\xa8.vmdk"}) {
        const TestFolder folder;
        constexpr std::uint64_t bytes = 4u << 20;
        const auto image = test::content_of(test::make_vmdk(folder, "streamOptimized", bytes));
        const auto path = folder / name;
        unwrap(write_file(path, std::string(1000, 'x') + image + "rest"));
        const Disk disk{.top = {.path = path,
                                .window = Window{.offset = 1000, .length = image.size()},
                                .format = DiskFormat::vmdk,
                                .bytes = bytes}};
        test::assert_reads_as(unwrap(create_overlay(folder / "overlay", disk, nullptr)), folder / "content.raw");
    }
}

/// A member need not end at a sector, nor its file.
static void takes_windows_of_any_length() {
    const TestFolder folder;
    constexpr std::uint64_t bytes = 4u << 20;
    const auto image = test::content_of(test::make_vmdk(folder, "streamOptimized", bytes));
    const auto path = folder / "pack";
    for (const std::size_t before : {0u, 777u})
        for (const std::size_t more : {0u, 1u, 511u})
            for (const std::size_t after : {0u, 1u, 600u}) {
                unwrap(write_file(path, std::string(before, 'b') + image + std::string(more + after, 'a')));
                const Disk disk{.top = {.path = path,
                                        .window = Window{.offset = before, .length = image.size() + more},
                                        .format = DiskFormat::vmdk,
                                        .bytes = bytes}};
                const auto overlay = folder / "overlay";
                test::assert_reads_as(unwrap(create_overlay(overlay, disk, nullptr)), folder / "content.raw");
                std::filesystem::remove(overlay);
            }
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, nullptr);
    g_test_add_func("/image-node/drivers", names_every_driver);
    g_test_add_func("/image-node/nested", nests_windows_and_chains);
    g_test_add_func("/image-node/refused", refuses_what_no_node_can_say);
    g_test_add_func("/image-node/alone", says_what_stands_alone);
    g_test_add_func("/image-node/messages", names_files_in_messages);
    g_test_add_func("/image-node/vmdk-texts", writes_vmdk_texts);
    g_test_add_func("/image-node/names", opens_awkward_names);
    g_test_add_func("/image-node/windows", takes_windows_of_any_length);
    return g_test_run();
}
