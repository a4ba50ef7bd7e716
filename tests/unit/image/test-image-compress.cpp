// SPDX-License-Identifier: LGPL-2.1-or-later
// Results that are compressed, preallocated, or made for VirtualBox.
#include "convert/format/bytes.h"
#include "tests/support/image_content.h"
#include <sys/mount.h>
#include <sys/stat.h>

using namespace h2k;
using test::assert_equal;
using test::make_overlay;
using test::mega;
using test::noise;
using test::TestFolder;
using test::unwrap;

constexpr std::size_t bytes = 8 * mega + 1536; // no whole number of clusters

/// Text, what no program compresses, zeros of all lengths, and an end in the middle of a cluster.
static std::string mixture() {
    std::string words;
    for (int i = 0; words.size() < 2 * mega; ++i)
        words += "line " + std::to_string(i * 7919 % 10007) + " of a log that says much the same\n";
    auto content = words.substr(0, 2 * mega) + noise(mega, 1, 256) + std::string(2 * mega + 4096, '\0') +
                   noise(mega, 2, 5) + std::string(100, '\0');
    for (guint32 i = 0; content.size() < bytes - 65536; ++i)
        content += i % 3 == 0 ? noise(3000 + i * 4096, i, 256) : std::string(i * 3000, i % 3 == 1 ? '\0' : 'x');
    content.resize(bytes - 700);
    return content + noise(700, 3, 20);
}

static std::uint64_t size_of(const std::string &path) {
    struct stat st{};
    g_assert_cmpint(stat(path.c_str(), &st), ==, 0);
    return static_cast<std::uint64_t>(st.st_blocks) * 512;
}

/// Converts, has qemu check and compare, and gives the image's size.
static std::uint64_t convert_and_check(const TestFolder &folder, const Conversion &order, std::uint64_t size) {
    double last = 0;
    unwrap(convert_image(
        order,
        [&](double fraction) {
            g_assert_cmpfloat(fraction, >=, last);
            last = fraction;
        },
        nullptr));
    g_assert_cmpfloat(last, ==, 1);
    unwrap(check_image(order.to, order.format, size, nullptr));
    test::run({"qemu-img", "compare", "-f", name_of(order.format), "-F", "raw", order.to, folder / "content.raw"});
    const auto found = std::filesystem::file_size(order.to);
    std::filesystem::remove(order.to);
    return found;
}

static void names_the_compression() {
    const TestFolder folder;
    const auto overlay = make_overlay(folder, mixture());
    for (const auto compression : {Compression::zlib, Compression::zstd}) {
        const auto out = folder / name_of(compression);
        unwrap(convert_image({.from = overlay, .to = out, .compression = compression}, {}, nullptr));
        const auto info = test::run({"qemu-img", "info", "-f", "qcow2", out});
        g_assert_true(info.contains("compat: 1.1"));
        g_assert_true(info.contains("refcount bits: 16"));
        g_assert_true(info.contains(std::string{"compression type: "} + name_of(compression)));
        const auto check = test::run({"qemu-img", "check", "--output=json", "-f", "qcow2", out});
        g_assert_true(check.contains("\"compressed-clusters\": "));
        g_assert_false(check.contains("\"leaks\": "));
    }
}

static void takes_disks_of_any_shape() {
    const auto at_the_end = std::string(3 * 65536, '\0') + "x" + std::string(511, '\0');
    for (const auto &content :
         {std::string(512, 'x'), std::string(512, '\0'), std::string(65536, 'y'), std::string(65536 + 512, 'z'),
          std::string(20 * mega, '\0'), at_the_end, noise(2 * mega, 5, 256), noise(65536 * 3 + 1024, 6, 250)}) {
        const TestFolder folder;
        const auto overlay = make_overlay(folder, content);
        for (const auto compression : {Compression::zlib, Compression::zstd})
            convert_and_check(folder, {.from = overlay, .to = folder / "out", .compression = compression},
                              content.size());
    }
}

/// Several tables of the second level, and data far apart.
static void takes_large_disks() {
    const TestFolder folder;
    constexpr std::uint64_t size = (std::uint64_t{5} << 30) + 512;
    test::run({"qemu-img", "create", "-q", "-f", "raw", folder / "content.raw", std::to_string(size)});
    for (const auto *place : {"0", "536870400", "1073741824", "3G", "5368709120"})
        test::run(
            {"qemu-io", "-f", "raw", "-c", std::string{"write -q -P 7 "} + place + " 512", folder / "content.raw"});
    const Disk disk{.top = {.path = folder / "content.raw", .format = DiskFormat::raw, .bytes = size}};
    const auto overlay = unwrap(create_overlay(folder / "overlay", disk, nullptr));
    const auto out = folder / "out";
    const Conversion order{.from = overlay, .to = out, .compression = Compression::zstd};
    g_assert_cmpuint(convert_and_check(folder, order, size), <, mega);
}

static void preallocates() {
    const TestFolder folder;
    constexpr std::uint64_t size = 8 * mega;
    const auto overlay = make_overlay(folder, noise(mega, 8, 256) + std::string(size - mega, '\0'));
    const auto out = folder / "out";
    const auto allocated = [&](DiskFormat format, Preallocation preallocation) {
        unwrap(
            convert_image({.from = overlay, .to = out, .format = format, .preallocation = preallocation}, {}, nullptr));
        const auto found = size_of(out);
        unwrap(check_image(out, format, size, nullptr));
        test::run({"qemu-img", "compare", "-f", name_of(format), "-F", "raw", out, folder / "content.raw"});
        std::filesystem::remove(out);
        return found;
    };
    for (const auto format : {DiskFormat::raw, DiskFormat::qcow2}) {
        g_assert_cmpuint(allocated(format, Preallocation::off), <, 2 * mega);
        g_assert_cmpuint(allocated(format, Preallocation::falloc), >=, size);
        g_assert_cmpuint(allocated(format, Preallocation::full), >=, size);
    }
    g_assert_cmpuint(allocated(DiskFormat::vdi, Preallocation::off), <, 3 * mega);
    // A static VDI has its place for each block; the file system need not have one.
    unwrap(
        convert_image({.from = overlay, .to = out, .format = DiskFormat::vdi, .preallocation = Preallocation::metadata},
                      {}, nullptr));
    g_assert_cmpuint(std::filesystem::file_size(out), >, size);
    unwrap(check_image(out, DiskFormat::vdi, size, nullptr));
    std::filesystem::remove(out);
    unwrap(convert_image(
        {.from = overlay, .to = out, .format = DiskFormat::qcow2, .preallocation = Preallocation::metadata}, {},
        nullptr));
    g_assert_cmpuint(std::filesystem::file_size(out), >, size);
}

static void refuses_what_cannot_be() {
    const TestFolder folder;
    const auto overlay = make_overlay(folder, std::string(65536, 'x'));
    const auto said = [&](Conversion order) {
        order.from = overlay;
        order.to = folder / "out";
        const auto text = test::message_of(convert_image(order, {}, nullptr), H2K_ERROR_USAGE);
        g_assert_false(path_exists(order.to));
        return text;
    };
    assert_equal(said({.format = DiskFormat::vmdk}),
                 "A disk can be converted to a qcow2, raw or vdi image, not to vmdk.");
    assert_equal(said({.format = DiskFormat::raw, .compression = Compression::zlib}),
                 "Only a qcow2 image can be compressed, not a raw image.");
    assert_equal(said({.format = DiskFormat::vdi, .compression = Compression::zstd}),
                 "Only a qcow2 image can be compressed, not a vdi image.");
    assert_equal(said({.compression = Compression::zlib, .preallocation = Preallocation::full}),
                 "An image is either compressed or preallocated, not both.");
    assert_equal(said({.format = DiskFormat::raw, .preallocation = Preallocation::metadata}),
                 "The format raw does not support the preallocation “metadata”.");
    assert_equal(said({.format = DiskFormat::vdi, .preallocation = Preallocation::falloc}),
                 "The format vdi does not support the preallocation “falloc”.");
    assert_equal(said({.format = DiskFormat::vdi, .preallocation = Preallocation::full}),
                 "The format vdi does not support the preallocation “full”.");
}

static void checks_vdi() {
    const TestFolder folder;
    const auto overlay = make_overlay(folder, mixture());
    const auto out = folder / "out.vdi";
    unwrap(convert_image({.from = overlay, .to = out, .format = DiskFormat::vdi}, {}, nullptr));
    unwrap(check_image(out, DiskFormat::vdi, bytes, nullptr));
    const auto said = [&](std::uint64_t size) {
        return test::message_of(check_image(out, DiskFormat::vdi, size, nullptr), H2K_ERROR_FAILED);
    };
    assert_equal(said(mega), "“" + out + "” holds a disk of 8390144 bytes instead of 1048576.");
    // The first block of the map, at 512 bytes as the header says, far behind the end.
    const auto map = little_endian<std::uint32_t>(test::content_of(out), 0x154);
    test::patch(out, map, "\xff\xff\xff\x01");
    assert_equal(said(bytes), "“" + out + "” is corrupt: qemu-img check found errors in it.");
    test::patch(out, 0x40, "x");
    assert_equal(said(bytes), "“" + out + "” is not a VDI image.");
    assert_equal(test::message_of(check_image(out, DiskFormat::vmdk, bytes, nullptr), H2K_ERROR_USAGE),
                 "Only qcow2, raw and vdi images can be checked.");
}

static const Conversion compressed{.compression = Compression::zstd};

static void tells_a_full_target() {
    const TestFolder folder;
    const auto small = folder / "small";
    unwrap(make_folder(small, 0700));
    if (geteuid() != 0 || mount("tmpfs", small.c_str(), "tmpfs", 0, "size=1m") != 0) {
        g_test_skip("only root can mount a small file system");
        return;
    }
    auto order = compressed;
    order.from = make_overlay(folder, noise(4 * mega, 9, 256));
    order.to = small + "/out";
    assert_equal(test::message_of(convert_image(order, {}, nullptr), H2K_ERROR_TARGET),
                 "No space is left in “" + small + "”.");
    g_assert_true(std::filesystem::is_empty(small));
    order.compression = Compression::none;
    for (const auto format : {DiskFormat::raw, DiskFormat::qcow2, DiskFormat::vdi})
        for (const auto preallocation : {Preallocation::off, Preallocation::falloc, Preallocation::full}) {
            if (format == DiskFormat::vdi && preallocation != Preallocation::off)
                continue;
            order.format = format;
            order.preallocation = preallocation;
            assert_equal(test::message_of(convert_image(order, {}, nullptr), H2K_ERROR_TARGET),
                         "No space is left in “" + small + "”.");
            g_assert_true(std::filesystem::is_empty(small));
        }
    g_assert_cmpint(umount2(small.c_str(), MNT_DETACH), ==, 0);
}

static void stops_when_cancelled() {
    const TestFolder folder;
    auto order = compressed;
    order.from = make_overlay(folder, noise(8 * mega, 10, 5));
    order.to = folder / "out";
    const auto cancel = Ref<GCancellable>::adopt(g_cancellable_new());
    const auto result = convert_image(order, [&](double) { g_cancellable_cancel(cancel.get()); }, cancel.get());
    test::message_of(result, H2K_ERROR_CANCELLED);
    g_assert_false(path_exists(order.to));
}

static void tells_a_lost_source() {
    const TestFolder folder;
    unwrap(write_file(folder / "content.raw", noise(4 * mega, 11, 5)));
    const auto path = folder / "disk.vmdk";
    test::run({"qemu-img", "convert", "-f", "raw", "-O", "vmdk", "-o", "subformat=streamOptimized",
               folder / "content.raw", path});
    auto order = compressed;
    const Disk disk{.top = {.path = path, .format = DiskFormat::vmdk, .bytes = 4 * mega}};
    order.from = unwrap(create_overlay(folder / "overlay", disk, nullptr));
    order.to = folder / "out";
    // Damage in the middle of compressed data is found while it is read.
    test::patch(path, static_cast<off_t>(std::filesystem::file_size(path) / 2), std::string(65536, '\xff'));
    auto said = test::message_of(convert_image(order, {}, nullptr), H2K_ERROR_SOURCE);
    g_assert_true(said.starts_with("The source cannot be read: ") && said.ends_with(": Invalid argument"));
    g_assert_false(path_exists(order.to));
    std::filesystem::remove(path);
    said = test::message_of(convert_image(order, {}, nullptr), H2K_ERROR_SOURCE);
    assert_equal(said, "Cannot read “" + path + "”: No such file or directory.");
    g_assert_false(path_exists(order.to));
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, nullptr);
    g_test_add_func("/image-compress/names", names_the_compression);
    g_test_add_func("/image-compress/shapes", takes_disks_of_any_shape);
    g_test_add_func("/image-compress/large", takes_large_disks);
    g_test_add_func("/image-compress/preallocation", preallocates);
    g_test_add_func("/image-compress/refused", refuses_what_cannot_be);
    g_test_add_func("/image-compress/vdi", checks_vdi);
    g_test_add_func("/image-compress/full", tells_a_full_target);
    g_test_add_func("/image-compress/cancel", stops_when_cancelled);
    g_test_add_func("/image-compress/lost", tells_a_lost_source);
    return g_test_run();
}
