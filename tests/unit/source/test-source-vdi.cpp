// SPDX-License-Identifier: LGPL-2.1-or-later
#include "tests/support/differencing.h"
#include "tests/support/notices.h"

using namespace h2k;
using namespace std::string_literals;
using test::assert_equal;
using test::assert_refused;
using test::describe_file;
using test::make_image;
using test::TestFolder;
using test::unwrap;

constexpr auto beyond = "“disk.vdi” is truncated: this VDI refers to data beyond the end of the file.";

namespace {

struct Case {
    off_t offset;
    std::string bytes;
    const char *sentence;
};

/// @value with its least significant byte first.
std::string number(std::uint32_t value) {
    std::string text;
    for (int i = 0; i < 4; i++)
        text += static_cast<char>(value >> (8 * i));
    return text;
}

bool qemu_opens(const std::string &path) {
    return unwrap(run_command({.argv = {"qemu-img", "info", "-f", "vdi", path}}, nullptr)).status == 0;
}

} // namespace

static void reads_each_kind() {
    for (const auto *options : {"static=off", "static=on"})
        for (const auto *size : {"8M", "10486272"}) {
            const TestFolder folder;
            const auto path = make_image(folder, "vdi", options, "disk.vdi", size);
            const auto plan = unwrap(describe_file(path));
            const auto &disk = plan.source.disks[0];
            g_assert_cmpuint(test::texts_of(plan.notices).size(), ==, 0);
            g_assert_true(disk.top.format == DiskFormat::vdi && disk.below.empty() && !disk.top.window);
            assert_equal(disk.top.subformat, std::string_view{options}.ends_with("on") ? "fixed" : "dynamic");
            g_assert_cmpuint(disk.top.bytes, ==, test::qemu_size(path, "vdi"));
            assert_equal(join(disk.files, " "), path);
            assert_equal(plan.source.name, "disk");
            // The UUID as VirtualBox writes it in its settings: the first groups turned around.
            test::patch(path, 0x188, "\x03\x02\x01\0\x05\x04\x07\x06\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f"s);
            assert_equal(unwrap(describe_file(path, DiskFormat::vdi)).source.disks[0].top.identity,
                         "00010203-0405-0607-0809-0a0b0c0d0e0f");
            assert_equal(test::texts_of(unwrap(describe_file(path, DiskFormat::raw)).notices).at(0),
                         "“disk.vdi” has the header of a vdi image; it is read as the raw disk that it is said to be.");
            test::patch(path, 510, "\x55\xaa");
            assert_refused(
                path,
                "“disk.vdi” starts both as a vdi image and as a raw disk; specify its format with --input-format.");
        }
}

/// What qemu does not open is refused too, and so is more that it would read wrongly.
static void refuses_bad_headers() {
    const auto size = "“disk.vdi” is a VDI with an invalid size.";
    const auto block =
        "“disk.vdi” is a VDI whose blocks are not of 1 MiB, which qemu does not read; copy the disk with "
        "“VBoxManage clonemedium THIS.vdi COPY.vdi” and name the copy.";
    const auto map = "“disk.vdi” is a damaged VDI: its block map is at an invalid position.";
    const auto cover = "“disk.vdi” is a damaged VDI: its block map does not cover its size.";
    const auto snapshot =
        "“disk.vdi” is a snapshot of VirtualBox and holds only what changed since its parent, which only the settings "
        "of its machine name; name the .vbox file as the source, or copy the disk with “VBoxManage clonemedium "
        "THIS.vdi COPY.vdi” and name the copy.";
    const Case refused_by_qemu[] = {
        {0x44, number(0x00010000), "“disk.vdi” is a VDI of version 1.0, which is not supported."},
        {0x44, number(0x00020001), "“disk.vdi” is a VDI of version 2.1, which is not supported."},
        {0x1a8, "\x01", snapshot},
        {0x1c7, "\x01", snapshot},
        {0x154, number(1), map},
        {0x158, number(1025), map},
        {0x168, number(4096), block},
        {0x178, number(2u << 20), block},
        {0x170, number(0xfffffe00) + number(0xffffffff), size},
        {0x180, number(7), cover},
        {0x180, number(0xffffffff), map},
    };
    const Case refused_by_us[] = {
        {0x4c, number(3),
         "“disk.vdi” is an undo image of VirtualBox, which qemu does not read; copy it with “VBoxManage "
         "clonemedium THIS.vdi COPY.vdi” and name the copy."},
        {0x4c, number(4), snapshot},
        {0x4c, number(0), "“disk.vdi” is a VDI of type 0, which is not supported."},
        {0x4c, number(5), "“disk.vdi” is a VDI of type 5, which is not supported."},
        {0x17c, number(512), block},
        {0x170, number(0) + number(0), size},
        {0x170, number((8u << 20) - 1), size},
        {0x170, number(0) + number(0x00010000), size},
        {0x154, number(0), map},
        {0x154, number(1024), map},
        {0x158, number(0), map},
        {0x158, number(0xfffffe00), beyond},
        {0x180, number(1u << 10), map},
    };
    const TestFolder folder;
    const auto path = make_image(folder, "vdi", "static=off", "disk.vdi");
    const auto good = test::content_of(path);
    for (const auto &[offset, bytes, sentence] : refused_by_qemu) {
        test::patch(path, offset, bytes);
        assert_refused(path, sentence);
        g_assert_false(qemu_opens(path));
        test::patch(path, 0, good.substr(0, 1024));
    }
    for (const auto &[offset, bytes, sentence] : refused_by_us) {
        test::patch(path, offset, bytes);
        assert_refused(path, sentence);
        test::patch(path, 0, good.substr(0, 1024));
    }
    // Far more blocks than the file can hold.
    test::patch(path, 0x180, number(0x08000000));
    test::patch(path, 0x158, number(0x20000400));
    assert_refused(path, cover);
    unwrap(write_file(path, good));
    unwrap(describe_file(path));
}

static void refuses_bad_maps() {
    const TestFolder folder;
    const auto path = make_image(folder, "vdi", "static=off", "disk.vdi");
    const auto good = test::content_of(path);
    const auto overlap = "“disk.vdi” is a damaged VDI: its blocks overlap or lie outside of it.";
    constexpr off_t map = 512;
    const Case cases[] = {
        {map, number(2), beyond},         {map, number(7), beyond},      {map, number(8), overlap},
        {map, number(1), overlap},        {map + 4, number(0), overlap}, {map, number(0xfffffffd), overlap},
        {map, number(1u << 31), overlap},
    };
    for (const auto &[offset, bytes, sentence] : cases) {
        test::patch(path, offset, bytes);
        assert_refused(path, sentence);
        test::patch(path, 0, good.substr(0, 1024));
    }
    test::patch(path, map, number(0xfffffffe)); // discarded: zeros
    unwrap(describe_file(path));
}

static void finds_truncation() {
    for (const auto *options : {"static=off", "static=on"}) {
        const TestFolder folder;
        const auto path = make_image(folder, "vdi", options, "disk.vdi");
        const auto whole = std::filesystem::file_size(path);
        for (const auto size : {whole - 1, whole - 512, whole / 2, std::uintmax_t{1024}, std::uintmax_t{513},
                                std::uintmax_t{500}, std::uintmax_t{100}}) {
            test::resize(path, size);
            assert_refused(path, beyond);
        }
    }
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, nullptr);
    g_test_add_func("/source/vdi/read", reads_each_kind);
    g_test_add_func("/source/vdi/header", refuses_bad_headers);
    g_test_add_func("/source/vdi/map", refuses_bad_maps);
    g_test_add_func("/source/vdi/truncated", finds_truncation);
    return g_test_run();
}
