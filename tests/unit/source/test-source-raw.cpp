// SPDX-License-Identifier: LGPL-2.1-or-later
// Raw disks: by what they are recognised, and how large their sectors are.
#include "convert/base/text.h"
#include "tests/support/notices.h"
#include "tests/support/source_images.h"

using namespace h2k;
using namespace std::string_view_literals;
using test::assert_equal;
using test::assert_refused;
using test::describe_file;
using test::TestFolder;
using test::unwrap;

static void reads_raw() {
    const TestFolder folder;
    const auto path = folder / "disk.img";
    const auto unknown = "“disk.img” is not a recognised disk image; if it is a raw image, use --input-format raw.";
    unwrap(write_file(path, std::string(1u << 20, '\0')));
    assert_refused(path, unknown);
    assert_refused(path, "“disk.img” is not a vmdk image, although --input-format says so.", DiskFormat::vmdk);
    g_assert_cmpuint(unwrap(describe_file(path, DiskFormat::raw)).source.disks[0].top.bytes, ==, 1u << 20);
    test::patch(path, 510, "\x55\xaa");
    const auto disk = unwrap(describe_file(path)).source.disks[0];
    g_assert_true(disk.top.format == DiskFormat::raw && disk.sector_bytes == 512);
    assert_equal(disk.top.subformat, "");
    test::patch(path, 510, "\0\0"sv);
    test::patch(path, 512, "EFI PART");
    unwrap(describe_file(path));
    test::resize(path, (1u << 20) - 100);
    const auto plan = unwrap(describe_file(path));
    g_assert_cmpuint(plan.source.disks[0].top.bytes, ==, 1u << 20);
    g_assert_cmpuint(plan.source.disks[0].top.bytes, ==, test::qemu_size(path, "raw"));
    assert_equal(join(test::texts_of(plan.notices), "|"),
                 "“disk.img” does not end with a whole sector of 512 bytes; it may be truncated.");
}

static void finds_large_sectors() {
    const TestFolder folder;
    const auto path = folder / "disk.img";
    unwrap(write_file(path, std::string(1u << 20, '\0')));
    test::patch(path, 4096, "EFI PART");
    test::resize(path, (1u << 20) - 512);
    const auto large = unwrap(describe_file(path));
    g_assert_cmpuint(large.source.disks[0].sector_bytes, ==, 4096);
    assert_equal(join(test::texts_of(large.notices), "|"),
                 "“disk.img” is partitioned for sectors of 4096 bytes.|“disk.img” does not end with a whole sector of "
                 "4096 bytes; it may be truncated.");
    test::patch(path, 446, std::string(64, '\0') + "\x55\xaa"); // with partitions of its own, this is a remnant
    g_assert_cmpuint(unwrap(describe_file(path)).source.disks[0].sector_bytes, ==, 512);
    test::patch(path, 450, "\xee");
    g_assert_cmpuint(unwrap(describe_file(path)).source.disks[0].sector_bytes, ==, 4096);
    test::patch(path, 512, "EFI PART"); // the one that counts
    g_assert_cmpuint(unwrap(describe_file(path)).source.disks[0].sector_bytes, ==, 512);
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, nullptr);
    g_test_add_func("/source/raw/read", reads_raw);
    g_test_add_func("/source/raw/sectors", finds_large_sectors);
    return g_test_run();
}
