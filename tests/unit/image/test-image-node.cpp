// SPDX-License-Identifier: LGPL-2.1-or-later
// The block nodes that describe a disk to QEMU.
#include "convert/base/text.h"
#include "convert/image/image.h"
#include "convert/image/node.h"
#include "tests/support/source_images.h"

using namespace h2k;
using test::assert_equal;
using test::TestFolder;
using test::unwrap;

static std::string node_of(const Disk &disk) { return unwrap(block_node(chain_of(disk))); }

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
    const auto said = [](const Disk &disk) { return test::message_of(block_node(chain_of(disk)), H2K_ERROR_SOURCE); };
    assert_equal(said({.top = {.path = "/caf\xe9.vmdk", .format = DiskFormat::vmdk}}),
                 "The name of “/caf�.vmdk” is not UTF-8, which QEMU supports only for a standalone image; rename "
                 "the file.");
    assert_equal(said({.top = {.path = "/a.vhd", .format = DiskFormat::vhd},
                       .below = {{.path = "/b", .format = DiskFormat::vhd}}}),
                 "“/a.vhd” is a vhd image, which cannot have a backing file.");
}

static void says_what_stands_by_its_path() {
    const Disk alone{.top = {.path = "/d", .format = DiskFormat::vhdx, .subformat = "dynamic"}};
    g_assert_true(opens_by_path(alone));
    auto disk = alone;
    disk.top.window = Window{.offset = 0, .length = 512};
    g_assert_false(opens_by_path(disk));
    disk = alone;
    disk.below.push_back({.path = "/base", .format = DiskFormat::vhd});
    g_assert_false(opens_by_path(disk));
    disk = alone;
    disk.top.subformat = "differencing";
    g_assert_false(opens_by_path(disk));
}

/// qemu itself opens what stands in folders and files of any name, also where they are no image's own.
static void opens_awkward_names() {
    for (const std::string name :
         {"a:b,c.vmdk", "json:{}.vmdk", "a b\n\t\x01%s%d\"'.vmdk", "back\\slash\\\".vmdk", "größe 大.vmdk",
          "{\"x\":[1]}.vmdk", "file.filename=x,,y.vmdk", "\x7f\xe2\x80\xa8.vmdk"}) {
        const TestFolder folder;
        constexpr std::uint64_t bytes = 4u << 20;
        const auto image = test::content_of(test::make_vmdk(folder, "streamOptimized", bytes));
        const auto path = folder / name;
        unwrap(write_file(path, std::string(1000, 'x') + image + "rest"));
        const Disk disk{.top = {.path = path,
                                .window = Window{.offset = 1000, .length = image.size()},
                                .format = DiskFormat::vmdk,
                                .bytes = bytes}};
        unwrap(create_overlay(folder / "overlay", disk, nullptr));
        test::run({"qemu-img", "compare", "-f", "qcow2", "-F", "raw", folder / "overlay", folder / "content.raw"});
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
                unwrap(create_overlay(overlay, disk, nullptr));
                test::run({"qemu-img", "compare", "-f", "qcow2", "-F", "raw", overlay, folder / "content.raw"});
                std::filesystem::remove(overlay);
            }
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, nullptr);
    g_test_add_func("/image-node/drivers", names_every_driver);
    g_test_add_func("/image-node/nested", nests_windows_and_chains);
    g_test_add_func("/image-node/refused", refuses_what_no_node_can_say);
    g_test_add_func("/image-node/path", says_what_stands_by_its_path);
    g_test_add_func("/image-node/names", opens_awkward_names);
    g_test_add_func("/image-node/windows", takes_windows_of_any_length);
    return g_test_run();
}
