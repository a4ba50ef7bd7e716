// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/base/text.h"
#include "convert/format/bytes.h"
#include "convert/image/image.h"
#include "convert/image/progress_reader.h"
#include "tests/support/overlays.h"
#include "tests/support/source_images.h"
#include <algorithm>
#include <sys/mount.h>
#include <sys/stat.h>

using namespace h2k;
using test::assert_equal;
using test::TestFolder;
using test::unwrap;

constexpr std::uint64_t bytes = 8u << 20;

static std::vector<std::string> checksums(const Disk &disk) {
    std::vector<std::string> argv{"sha256sum"};
    argv.insert(argv.end(), disk.files.begin(), disk.files.end());
    return lines(test::run(argv));
}

/// The VMDK as two flat extents of one raw image, since qemu-img splits only at 2 GiB.
static std::string make_split_flat(const TestFolder &folder) {
    const auto path = test::make_vmdk(folder, "monolithicFlat", bytes);
    const auto data = test::content_of(folder / "disk-flat.vmdk");
    unwrap(write_file(folder / "disk-f001.vmdk", data.substr(0, bytes / 2)));
    unwrap(write_file(folder / "disk-f002.vmdk", std::string(1024, 'x') + data.substr(bytes / 2)));
    const auto text = replace_all(test::content_of(path), "monolithicFlat", "twoGbMaxExtentFlat");
    unwrap(write_file(path, replace_all(text, "RW 16384 FLAT \"disk-flat.vmdk\" 0",
                                        "RW 8192 FLAT \"disk-f001.vmdk\" 0\nRW 8192 FLAT \"disk-f002.vmdk\" 2")));
    return path;
}

static std::string make_source(const TestFolder &folder, const std::string &kind) {
    if (kind == "twoGbMaxExtentFlat")
        return make_split_flat(folder);
    if (kind != "qcow2" && kind != "raw")
        return test::make_vmdk(folder, kind, bytes);
    const auto path = test::make_vmdk(folder, "monolithicFlat", bytes);
    test::run({"qemu-img", "convert", "-f", "vmdk", "-O", kind, path, folder / ("source." + kind)});
    return folder / ("source." + kind);
}

static Disk disk_of(const std::string &path, std::optional<DiskFormat> format = std::nullopt) {
    return unwrap(test::describe_file(path, format)).source.disks[0];
}

/// The whole way of one disk: overlay, a write to the overlay, and both results.
static void carries_each_format() {
    for (const auto *kind : {"monolithicSparse", "monolithicFlat", "twoGbMaxExtentSparse", "twoGbMaxExtentFlat",
                             "streamOptimized", "qcow2", "raw"}) {
        const TestFolder folder;
        const auto path = make_source(folder, kind);
        const auto disk =
            disk_of(path, kind == std::string_view{"raw"} ? std::optional{DiskFormat::raw} : std::nullopt);
        const auto before = checksums(disk);
        const auto content = folder / "content.raw";
        const auto overlay = unwrap(create_overlay(folder / "overlay.qcow2", disk, nullptr));
        test::assert_reads_as(overlay, content);
        const std::vector<std::string> write{"-c", "write -q -P 0x33 4M 1M"};
        test::run({"qemu-io", "-f", "qcow2", write[0], write[1], overlay.top.path});
        test::run({"qemu-io", "-f", "raw", write[0], write[1], content});
        for (const auto format : {DiskFormat::qcow2, DiskFormat::raw}) {
            const auto to = folder / "result." + name_of(format);
            double last = 0;
            unwrap(convert_image(
                {.from = overlay, .to = to, .format = format},
                [&](double fraction) {
                    g_assert_cmpfloat(fraction, >=, last);
                    last = fraction;
                },
                nullptr));
            g_assert_cmpfloat(last, ==, 1);
            test::run({"qemu-img", "compare", "-f", name_of(format), "-F", "raw", to, content});
            unwrap(check_image(to, format, disk.top.bytes, nullptr));
            struct stat st{};
            g_assert_cmpint(stat(to.c_str(), &st), ==, 0);
            g_assert_cmpint(st.st_mode & 0777, ==, 0600);
            g_assert_cmpint(st.st_blocks * 512, <, bytes / 2 + (1 << 20)); // holes stay holes
        }
        assert_equal(join(checksums(disk), "\n"), join(before, "\n"));
    }
}

static void takes_awkward_names() {
    for (const auto *name : {"a:b,c.vmdk", "-o.vmdk", "json:{}.vmdk", "nbd:x.vmdk", "a b\n%s\"'.vmdk", "$(x);.vmdk"}) {
        const TestFolder folder;
        std::error_code error;
        std::filesystem::rename(test::make_vmdk(folder, "streamOptimized", bytes), folder / name, error);
        const auto disk = disk_of(folder / name);
        // Relative names too: the current folder is where they are most likely to be misread.
        const auto here = std::filesystem::current_path();
        std::filesystem::current_path(folder.path());
        const auto relative =
            Disk{.id = disk.id, .top = {.path = name, .format = disk.top.format, .bytes = disk.top.bytes}};
        const auto overlay = unwrap(create_overlay("nbd:over,lay", relative, nullptr));
        unwrap(convert_image({.from = overlay, .to = "-json:{out"}, {}, nullptr));
        unwrap(check_image("-json:{out", DiskFormat::qcow2, bytes, nullptr));
        std::filesystem::current_path(here);
        test::run({"qemu-img", "compare", "-f", "qcow2", "-F", "raw", folder / "-json:{out", folder / "content.raw"});
    }
}

static void states_every_format() {
    const TestFolder folder;
    // A raw disk whose guest wrote a qcow2 header into it, with a backing file of the host.
    test::run(
        {"qemu-img", "create", "-q", "-f", "qcow2", "-u", "-F", "raw", "-b", "/etc/passwd", folder / "disk", "1M"});
    const Disk disk{.id = "disk0",
                    .top = {.path = folder / "disk",
                            .format = DiskFormat::raw,
                            .bytes = std::filesystem::file_size(folder / "disk") / 512 * 512}};
    test::resize(disk.top.path, disk.top.bytes);
    const auto overlay = unwrap(create_overlay(folder / "overlay", disk, nullptr));
    unwrap(convert_image({.from = overlay, .to = folder / "out", .format = DiskFormat::raw}, {}, nullptr));
    test::run({"cmp", disk.top.path, folder / "out"});
}

static void writes_modern_qcow2() {
    const TestFolder folder;
    const auto overlay =
        unwrap(create_overlay(folder / "overlay", disk_of(test::make_vmdk(folder, "monolithicFlat", bytes)), nullptr));
    unwrap(convert_image({.from = overlay, .to = folder / "out"}, {}, nullptr));
    const auto info = test::run({"qemu-img", "info", "-f", "qcow2", folder / "out"});
    g_assert_nonnull(strstr(info.c_str(), "compat: 1.1"));
    g_assert_nonnull(strstr(info.c_str(), "lazy refcounts: false"));
}

static void never_overwrites() {
    const TestFolder folder;
    const auto disk = disk_of(test::make_vmdk(folder, "monolithicFlat", bytes));
    unwrap(write_file(folder / "there", "mine"));
    const auto said = "“" + (folder / "there") + "” already exists and is not overwritten.";
    assert_equal(test::message_of(create_overlay(folder / "there", disk, nullptr), H2K_ERROR_TARGET), said);
    const auto overlay = unwrap(create_overlay(folder / "overlay", disk, nullptr));
    const Conversion order{.from = overlay, .to = folder / "there"};
    assert_equal(test::message_of(convert_image(order, {}, nullptr), H2K_ERROR_TARGET), said);
    assert_equal(test::content_of(folder / "there"), "mine");
    std::error_code error;
    std::filesystem::create_symlink("nowhere", folder / "link", error);
    test::message_of(convert_image({.from = overlay, .to = folder / "link"}, {}, nullptr), H2K_ERROR_TARGET);
    g_assert_false(path_exists(folder / "nowhere"));
    const auto missing =
        test::message_of(convert_image({.from = overlay, .to = folder / "no/out"}, {}, nullptr), H2K_ERROR_TARGET);
    assert_equal(missing, "Cannot create “" + (folder / "no/out") + "”: No such file or directory.");
}

static void notices_other_size() {
    const TestFolder folder;
    auto disk = disk_of(test::make_vmdk(folder, "monolithicFlat", bytes));
    disk.top.bytes += 512;
    assert_equal(test::message_of(create_overlay(folder / "overlay", disk, nullptr), H2K_ERROR_SOURCE),
                 "QEMU reads “" + disk.top.path + "” as a disk of 8388608 bytes, but its metadata says 8389120.");
    g_assert_false(path_exists(folder / "overlay"));
}

/// The source may be swapped at any time; what was checked is read.
static void reads_what_was_opened() {
    for (const auto *kind : {"monolithicSparse", "monolithicFlat", "twoGbMaxExtentSparse", "qcow2"}) {
        const TestFolder folder;
        const auto disk = disk_of(make_source(folder, kind));
        const auto overlay = unwrap(create_overlay(folder / "overlay", disk, nullptr));
        for (const auto &path : disk.files) {
            std::filesystem::remove(path);
            std::filesystem::create_symlink("/etc/passwd", path);
        }
        test::assert_reads_as(overlay, folder / "content.raw");
        test::assert_reads_as(unwrap(create_overlay(folder / "second", disk, nullptr)), folder / "content.raw");
    }
}

/// A header that is changed after it was checked leads to no other file.
static void follows_no_name_in_an_image() {
    const TestFolder folder;
    unwrap(write_file(folder / "secret", std::string(bytes, 's')));
    const auto disk = disk_of(make_source(folder, "qcow2"));
    const auto overlay = unwrap(create_overlay(folder / "overlay", disk, nullptr));
    test::run({"qemu-img", "rebase", "-u", "-f", "qcow2", "-F", "raw", "-b", folder / "secret", disk.top.path});
    test::assert_reads_as(overlay, folder / "content.raw");
    // An external data file, which QEMU would open by its name.
    std::filesystem::remove(disk.top.path);
    test::run({"qemu-img", "create", "-q", "-f", "qcow2", "-o",
               "data_file=" + (folder / "secret") + ",data_file_raw=on", folder / "other", std::to_string(bytes)});
    auto other = overlay;
    other.below[0].held = unwrap(HeldFile::open(folder / "other", O_RDONLY));
    const auto said =
        test::message_of(convert_image({.from = other, .to = folder / "out"}, {}, nullptr), H2K_ERROR_SOURCE);
    g_assert_true(said.contains("Permission denied"));
}

static void tells_a_lost_source() {
    const TestFolder folder;
    auto disk = disk_of(test::make_vmdk(folder, "monolithicFlat", bytes));
    // No file that is not open here can be opened.
    disk.top.extents[0].held = {};
    const auto said = test::message_of(create_overlay(folder / "second", disk, nullptr), H2K_ERROR_SOURCE);
    g_assert_true(said.starts_with("The source cannot be read: "));
    g_assert_false(path_exists(folder / "second"));
}

static void tells_a_full_target() {
    if (geteuid() != 0) {
        g_test_skip("only root can mount a small file system");
        return;
    }
    const TestFolder folder;
    const auto small = folder / "small";
    unwrap(make_folder(small, 0700));
    if (mount("tmpfs", small.c_str(), "tmpfs", 0, "size=1m") != 0) {
        g_test_skip("no tmpfs can be mounted here");
        return;
    }
    const auto overlay =
        unwrap(create_overlay(folder / "overlay", disk_of(test::make_vmdk(folder, "monolithicFlat", bytes)), nullptr));
    for (const auto format : {DiskFormat::qcow2, DiskFormat::raw}) {
        const auto result = convert_image({overlay, small + "/out", format}, {}, nullptr);
        assert_equal(test::message_of(result, H2K_ERROR_TARGET), "No space is left in “" + small + "”.");
        g_assert_true(std::filesystem::is_empty(small));
    }
    g_assert_cmpint(umount2(small.c_str(), MNT_DETACH), ==, 0);
}

static void stops_when_cancelled() {
    const TestFolder folder;
    const auto disk = disk_of(test::make_vmdk(folder, "streamOptimized", 64u << 20));
    const auto overlay = unwrap(create_overlay(folder / "overlay", disk, nullptr));
    test::run({"qemu-io", "-f", "qcow2", "-c", "write -q -P 7 0 64M", overlay.top.path});
    const auto cancel = Ref<GCancellable>::adopt(g_cancellable_new());
    const auto result = convert_image(
        {.from = overlay, .to = folder / "out"}, [&](double) { g_cancellable_cancel(cancel.get()); }, cancel.get());
    test::message_of(result, H2K_ERROR_CANCELLED);
    g_assert_false(path_exists(folder / "out"));
    test::message_of(create_overlay(folder / "second", disk, cancel.get()), H2K_ERROR_CANCELLED);
    g_assert_false(path_exists(folder / "second"));
}

static std::string check_says(const std::string &path, DiskFormat format, std::uint64_t size) {
    return test::message_of(check_image(path, format, size, nullptr), H2K_ERROR_FAILED);
}

static void checks_results() {
    const TestFolder folder;
    const auto image = folder / "i.qcow2", raw = folder / "content.raw";
    const auto disk = disk_of(test::make_vmdk(folder, "monolithicFlat", bytes));
    const auto overlay = unwrap(create_overlay(folder / "overlay", disk, nullptr));
    unwrap(convert_image({.from = overlay, .to = image}, {}, nullptr));
    unwrap(check_image(image, DiskFormat::qcow2, bytes, nullptr));
    unwrap(check_image(raw, DiskFormat::raw, bytes, nullptr));
    assert_equal(check_says(image, DiskFormat::qcow2, bytes + 512),
                 "“" + image + "” holds a disk of 8388608 bytes instead of 8389120.");
    assert_equal(check_says(raw, DiskFormat::raw, bytes + 512),
                 "“" + raw + "” holds a disk of 8388608 bytes instead of 8389120.");
    test::run({"qemu-img", "rebase", "-u", "-f", "qcow2", "-F", "raw", "-b", raw, overlay.top.path});
    assert_equal(check_says(folder / "overlay", DiskFormat::qcow2, bytes),
                 "“" + (folder / "overlay") + "” is not a standalone image: it names a backing file.");
    assert_equal(check_says(raw, DiskFormat::qcow2, bytes), "“" + raw + "” is not a qcow2 image.");
    // A reference count of a cluster that nothing uses, then none for the header's own.
    const auto good = test::content_of(image);
    const auto table = big_endian<std::uint64_t>(good, 48);
    const auto block = static_cast<off_t>(big_endian<std::uint64_t>(good, table));
    const auto clusters = static_cast<off_t>(good.size() / 65536);
    test::resize(image, good.size() + 65536);
    test::patch(image, block + 2 * clusters, std::string_view{"\0\x01", 2});
    assert_equal(check_says(image, DiskFormat::qcow2, bytes),
                 "“" + image + "” has leaked clusters, which a new image cannot have.");
    test::patch(image, block, std::string_view{"\0\0", 2});
    assert_equal(check_says(image, DiskFormat::qcow2, bytes),
                 "“" + image + "” is corrupt: qemu-img check found errors in it.");
}

static void reads_progress() {
    std::vector<double> seen;
    ProgressReader reader{[&](double fraction) { seen.push_back(fraction); }};
    const std::string noise(200, '(');
    for (const std::string_view chunk :
         {std::string_view{"    (0.00/100%)\r    (12."}, std::string_view{"50/100%)\r"},
          std::string_view{"noise (x/100%) "}, std::string_view{noise},
          std::string_view{"    (50.00/100%)\r    (75.00/100%)\r"}, std::string_view{"    (75.00/100%)\r"},
          std::string_view{"    (100.00/100%)\r\n"}})
        reader.take(chunk);
    const std::vector<double> wanted{0, 0.125, 0.75, 1};
    g_assert_true(std::ranges::equal(seen, wanted));
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, nullptr);
    g_test_add_func("/image/carry", carries_each_format);
    g_test_add_func("/image/names", takes_awkward_names);
    g_test_add_func("/image/formats", states_every_format);
    g_test_add_func("/image/qcow2", writes_modern_qcow2);
    g_test_add_func("/image/overwrite", never_overwrites);
    g_test_add_func("/image/size", notices_other_size);
    g_test_add_func("/image/opened", reads_what_was_opened);
    g_test_add_func("/image/names-in-images", follows_no_name_in_an_image);
    g_test_add_func("/image/lost", tells_a_lost_source);
    g_test_add_func("/image/full", tells_a_full_target);
    g_test_add_func("/image/cancel", stops_when_cancelled);
    g_test_add_func("/image/check", checks_results);
    g_test_add_func("/image/progress", reads_progress);
    return g_test_run();
}
