// SPDX-License-Identifier: LGPL-2.1-or-later
// Copies of the bytes that stand in files as they are.
#include "convert/image/ranges/copy.h"
#include "convert/image/ranges/map.h"
#include "convert/image/ranges/qcow2_writer.h"
#include "tests/support/overlays.h"
#include "tests/support/source_images.h"
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace h2k;
using test::TestFolder;
using test::unwrap;

namespace {

constexpr std::uint64_t cluster = Qcow2Writer::cluster_bytes;

HeldFile new_file(const std::string &path) { return unwrap(HeldFile::open(path, O_RDWR | O_CREAT | O_EXCL)); }

std::uint64_t stored(const std::string &path) {
    struct stat st{};
    g_assert_cmpint(stat(path.c_str(), &st), ==, 0);
    return static_cast<std::uint64_t>(st.st_blocks) * 512;
}

/// A raw image of 70 GiB with a few bytes, and an overlay with changes: clusters of zeros, halves of clusters, and data
/// in tables far from each other, the last one at the end.
Disk make_sparse(const TestFolder &folder) {
    const auto raw = folder / "sparse.raw";
    const std::string size = "75161928192"; // 70 GiB and one sector
    test::run({"qemu-img", "create", "-q", "-f", "raw", raw, size});
    test::run({"qemu-io", "-f", "raw", "-c", "write -q -P 1 0 512", "-c", "write -q -P 2 4096 4096", "-c",
               "write -q -P 0 1M 1M", "-c", "write -q -P 3 3M 300k", "-c", "write -q -P 0 20G 64k", "-c",
               "write -q -P 4 21474840576 512", "-c", "write -q -P 5 75161927680 512", raw});
    auto overlay = unwrap(
        create_overlay(folder / "overlay", unwrap(test::describe_file(raw, DiskFormat::raw)).source.disks[0], nullptr));
    test::run({"qemu-io", "-f", "qcow2", "-c", "write -q -P 6 3100k 64k", "-c", "write -q -P 7 40G 1M", "-c",
               "write -q -z 3200k 64k", overlay.top.path});
    return overlay;
}

void sparse_disks() {
    const TestFolder folder;
    const auto overlay = make_sparse(folder);
    const auto to = folder / "out";
    double last = 0;
    g_assert_true(unwrap(copy_ranges(
        {.from = overlay, .to = to}, new_file(to),
        [&](double fraction) {
            g_assert_cmpfloat(fraction, >=, last);
            last = fraction;
        },
        nullptr)));
    g_assert_cmpfloat(last, ==, 1);
    unwrap(check_image(to, DiskFormat::qcow2, overlay.top.bytes, nullptr));
    test::run({"qemu-img", "rebase", "-u", "-f", "qcow2", "-F", "raw", "-b", folder / "sparse.raw", overlay.top.path});
    test::run({"qemu-img", "compare", "-f", "qcow2", "-F", "qcow2", to, overlay.top.path});
    g_assert_cmpuint(stored(to), <, 40 * cluster); // zeros are not stored
}

/// From each layout in which data stand as they are; and none of the others is half copied.
void layouts() {
    for (const auto *kind : {"monolithicSparse", "monolithicFlat", "twoGbMaxExtentSparse", "streamOptimized"}) {
        const TestFolder folder;
        const auto disk =
            unwrap(test::describe_file(test::make_vmdk(folder, kind, 8u << 20), std::nullopt)).source.disks[0];
        const auto overlay = unwrap(create_overlay(folder / "overlay", disk, nullptr));
        const auto to = folder / "out";
        const bool plain = kind != std::string_view{"streamOptimized"};
        g_assert_cmpint(unwrap(copy_ranges({.from = overlay, .to = to}, new_file(to), {}, nullptr)), ==, plain);
        if (plain) {
            unwrap(check_image(to, DiskFormat::qcow2, overlay.top.bytes, nullptr));
            test::run({"qemu-img", "compare", "-f", "qcow2", "-F", "raw", to, folder / "content.raw"});
        } else {
            g_assert_cmpuint(std::filesystem::file_size(to), ==, 0);
        }
        int number = 0;
        for (const Conversion &other : {Conversion{.from = overlay, .to = to, .format = DiskFormat::raw},
                                        Conversion{.from = overlay, .to = to, .compression = Compression::zlib},
                                        Conversion{.from = overlay, .to = to, .preallocation = Preallocation::full}})
            g_assert_false(unwrap(copy_ranges(other, new_file(to + std::to_string(++number)), {}, nullptr)));
    }
}

/// More data than one block of reference counts has.
void many_clusters() {
    const TestFolder folder;
    const auto path = folder / "many";
    constexpr std::uint64_t bytes = 40'000 * cluster;
    Qcow2Writer writer{new_file(path), path, bytes};
    for (std::uint64_t i = 0; i < 40'000; ++i) {
        const auto at = unwrap(writer.place_of(i));
        g_assert_cmpuint(unwrap(writer.place_of(i)), ==, at);
        g_assert_cmpuint(at % cluster, ==, 0);
    }
    unwrap(writer.finish());
    unwrap(check_image(path, DiskFormat::qcow2, bytes, nullptr));
    g_assert_cmpuint(std::filesystem::file_size(path), ==, (1 + 40'000 + 5 + 1 + 1 + 2) * cluster);
}

void empty_disk() {
    const TestFolder folder;
    Disk blank{.id = "d"};
    blank.blank = true;
    blank.top.bytes = std::uint64_t{64} << 40;
    const auto overlay = unwrap(create_overlay(folder / "overlay", blank, nullptr));
    const auto to = folder / "out";
    g_assert_true(unwrap(copy_ranges({.from = overlay, .to = to}, new_file(to), {}, nullptr)));
    unwrap(check_image(to, DiskFormat::qcow2, blank.top.bytes, nullptr));
}

void malformed_maps() {
    const TestFolder folder;
    const std::vector<HeldFile> files{new_file(folder / "a"), new_file(folder / "b")};
    const std::string head = "Offset          Length          Mapped to       File\n", a = files[0].name(),
                      b = files[1].name();
    constexpr std::uint64_t bytes = 1u << 20;
    const auto ranges = read_map(head + "0 0x10000 0x50000 " + b + "\n0x20000 0x1000 0 " + a + "\n", files, bytes);
    g_assert_true(ranges.has_value() && ranges->size() == 2);
    g_assert_true(ranges->front().file == files[1] && ranges->back().file == files[0]);
    g_assert_cmpuint(ranges->front().offset, ==, 0x50000);
    g_assert_cmpuint(ranges->back().start, ==, 0x20000);
    g_assert_true(read_map(head, files, bytes) && read_map(head, files, bytes)->empty());
    for (const auto &bad :
         {std::string{}, std::string{"0 0x10000 0 " + a + "\n"}, head + "0 0x10000 0 " + a,
          head + "0 0x10000 0 /etc/shadow\n", head + "0 0x10000 0\n", head + "0 10000 0 " + a + "\n",
          head + "0 0x100001 0 " + a + "\n", head + "0x100001 0 0 " + a + "\n",
          head + "0 0xffffffffffffffff 0 " + a + "\n", head + "0 0x1000 0x7fffffffffffffff " + a + "\n",
          head + "0x2000 0x1000 0 " + a + "\n0x2fff 0x10 0 " + a + "\n", head + "-1 0x10 0 " + a + "\n"})
        g_assert_false(read_map(bad, files, bytes).has_value());
}

/// Where the kernel does not copy from one to the other, nothing is left in the file.
void other_file_system() {
    const TestFolder folder;
    const auto target = new_file("/dev/shm/h2k-ranges-" + std::to_string(getpid()));
    unlink(("/dev/shm/h2k-ranges-" + std::to_string(getpid())).c_str());
    struct stat here{}, there{};
    if (stat((folder / ".").c_str(), &here) != 0 || fstat(target.get(), &there) != 0 || here.st_dev == there.st_dev) {
        g_test_skip("there is only one file system");
        return;
    }
    const auto disk =
        unwrap(test::describe_file(test::make_vmdk(folder, "monolithicFlat", 8u << 20), std::nullopt)).source.disks[0];
    const auto overlay = unwrap(create_overlay(folder / "overlay", disk, nullptr));
    const auto copied = unwrap(copy_ranges({.from = overlay, .to = "there"}, target, {}, nullptr));
    g_assert_cmpint(fstat(target.get(), &there), ==, 0);
    g_assert_true(copied || there.st_size == 0);
}

} // namespace

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, nullptr);
    g_test_add_func("/image-ranges/sparse", sparse_disks);
    g_test_add_func("/image-ranges/layouts", layouts);
    g_test_add_func("/image-ranges/many", many_clusters);
    g_test_add_func("/image-ranges/empty", empty_disk);
    g_test_add_func("/image-ranges/maps", malformed_maps);
    g_test_add_func("/image-ranges/other-file-system", other_file_system);
    return g_test_run();
}
