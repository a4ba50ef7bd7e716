// SPDX-License-Identifier: LGPL-2.1-or-later
#include "tests/support/notices.h"
#include "tests/support/vhd_images.h"

using namespace h2k;
using namespace std::string_literals;
using namespace std::string_view_literals;
using test::assert_equal;
using test::assert_refused;
using test::describe_file;
using test::make_image;
using test::number;
using test::sign;
using test::TestFolder;
using test::unwrap;

namespace {

/// Writes @file with both footers changed alike and all checksums right.
void write_signed(const std::string &path, std::string file, std::size_t offset, std::string_view bytes) {
    const auto end = file.size() - 512;
    for (const auto part : {std::size_t{0}, end})
        if (file.compare(part, 8, "conectix") == 0) {
            file.replace(part + offset, bytes.size(), bytes);
            sign(file, part, 512, 64);
        }
    unwrap(write_file(path, file));
}

/// The same for the dynamic disk header, which qemu and our own writer place behind the first footer.
void write_signed_header(const std::string &path, std::string file, std::size_t offset, std::string_view bytes) {
    file.replace(512 + offset, bytes.size(), bytes);
    sign(file, 512, 1024, 36);
    unwrap(write_file(path, file));
}

struct Case {
    std::size_t offset;
    std::string bytes;
    const char *sentence;
};

} // namespace

static void reads_each_kind() {
    for (const auto *options :
         {"subformat=dynamic", "subformat=fixed", "subformat=dynamic,force_size=on", "subformat=fixed,force_size=on"}) {
        const TestFolder folder;
        const auto path = make_image(folder, "vpc", options, "disk.vhd", "10M");
        const auto plan = unwrap(describe_file(path));
        const auto &disk = plan.source.disks[0];
        g_assert_cmpuint(test::texts_of(plan.notices).size(), ==, 0);
        g_assert_true(disk.top.format == DiskFormat::vhd && disk.below.empty() && !disk.top.window);
        assert_equal(disk.top.subformat, std::string_view{options}.contains("fixed") ? "fixed" : "dynamic");
        g_assert_cmpuint(disk.top.bytes, ==, test::qemu_size(path, "vpc"));
        g_assert_cmpuint(disk.top.identity.size(), ==, 36);
        assert_equal(disk.top.identity, lower(disk.top.identity));
        assert_equal(join(disk.files, " "), path);
        assert_equal(plan.source.name, "disk");
        unwrap(describe_file(path, DiskFormat::vhd));
        assert_refused(path, "“disk.vhd” is not a vhdx image, although --input-format says so.", DiskFormat::vhdx);
    }
}

/// The size is what the footer says, whoever wrote the image and whatever its geometry is.
static void takes_the_size_of_the_footer() {
    const TestFolder folder;
    const auto path = make_image(folder, "vpc", "subformat=dynamic", "disk.vhd", "10M");
    const auto good = test::content_of(path);
    const auto larger = number(11u << 20, 8);
    for (const auto &writer : {"win "s, "vpc "s, "qemu"s, "tap\0"s, "CTXS"s, "vbox"s, "wa\0\0"s}) {
        auto changed = good;
        for (const auto part : {std::size_t{0}, good.size() - 512})
            changed.replace(part + 28, 4, writer);
        write_signed(path, changed, 48, larger);
        const auto plan = unwrap(describe_file(path));
        g_assert_cmpuint(plan.source.disks[0].top.bytes, ==, 11u << 20);
        assert_equal(join(test::texts_of(plan.notices), "|"), "");
    }
}

static void refuses_bad_footers() {
    const auto size = "“disk.vhd” is a damaged VHD: its disk size is invalid.";
    const auto place = "“disk.vhd” is a damaged VHD: the offset of its header is invalid.";
    const auto header = "“disk.vhd” is a damaged VHD: its header is missing or has a wrong checksum.";
    const auto contradiction =
        "“disk.vhd” is a damaged VHD: the footer at its end and the copy at its start contradict each other.";
    const Case cases[] = {
        {12, number(0x00020003, 4), "“disk.vhd” is a VHD of version 2.3, which is not supported."},
        {60, number(0, 4), "“disk.vhd” is a VHD of type 0, which is not supported."},
        {60, number(1, 4), "“disk.vhd” is a VHD of type 1, which is not supported."},
        {60, number(5, 4), "“disk.vhd” is a VHD of type 5, which is not supported."},
        {60, number(2, 4), contradiction},
        {60, number(4, 4), "“disk.vhd” is a differencing image that does not name its parent."},
        {48, number(0, 8), size},
        {48, number((8u << 20) + 7, 8), size},
        {48, number(std::uint64_t{1} << 41, 8), size},
        {48, number(~std::uint64_t{0} - 511, 8), size},
        {48, number(std::uint64_t{1} << 40, 8),
         "“disk.vhd” is a damaged VHD: its block table does not cover its size."},
        {16, number(0, 8), place},
        {16, number(1000, 8), place},
        {16, number(1536, 8), header},
        {16, number(~std::uint64_t{0} - 511, 8), "“disk.vhd” is truncated: it ends before its own tables."},
    };
    const TestFolder folder;
    const auto path = make_image(folder, "vpc", "subformat=dynamic", "disk.vhd");
    const auto good = test::content_of(path);
    for (const auto &[offset, bytes, sentence] : cases) {
        write_signed(path, good, offset, bytes);
        assert_refused(path, sentence);
    }
    const auto checksum = "“disk.vhd” is a damaged VHD: the checksum of its footer is wrong.";
    for (const auto at : {std::size_t{50}, good.size() - 512 + 50}) {
        unwrap(write_file(path, good));
        test::patch(path, static_cast<off_t>(at), "x");
        assert_refused(path, checksum);
    }
    auto other = good;
    other[good.size() - 512 + 70] ^= 1; // the id
    sign(other, good.size() - 512, 512, 64);
    unwrap(write_file(path, other));
    assert_refused(path, contradiction);
    write_signed(path, good, 84, "\x01");
    assert_equal(join(test::texts_of(unwrap(describe_file(path)).notices), "|"),
                 "“disk.vhd” belongs to a machine that was suspended; its last writes may be missing.");
}

static void refuses_bad_headers() {
    const auto header = "“disk.vhd” is a damaged VHD: its header is missing or has a wrong checksum.";
    const auto cover = "“disk.vhd” is a damaged VHD: its block table does not cover its size.";
    const auto block = "“disk.vhd” is a damaged VHD: its block size is invalid.";
    const auto beyond = "“disk.vhd” is truncated: this VHD refers to data beyond the end of the file.";
    const auto overlap = "“disk.vhd” is a damaged VHD: its blocks overlap.";
    const Case cases[] = {
        {0, "cxspXrse", header},
        {24, number(0x00010001, 4), "“disk.vhd” is a VHD of version 1.1, which is not supported."},
        {28, number(1, 4), cover},
        {28, number(0, 4), cover},
        {28, number(0x7fffffff, 4), cover},
        {32, number(0, 4), block},
        {32, number(256, 4), block},
        {32, number(3u << 20, 4), block},
        {32, number(1u << 20, 4), cover},
        {32, number(0x80000000, 4), beyond}, // a block of 2 GiB
        {16, number(100, 8), cover},
        {16, number(~std::uint64_t{0} - 511, 8), beyond},
        {16, number(1u << 20, 8), beyond}, // the pattern there is no table
    };
    const TestFolder folder;
    const auto path = make_image(folder, "vpc", "subformat=dynamic", "disk.vhd");
    const auto good = test::content_of(path);
    for (const auto &[offset, bytes, sentence] : cases) {
        write_signed_header(path, good, offset, bytes);
        assert_refused(path, sentence);
    }
    const auto first = good.substr(1536, 4);
    const Case entries[] = {
        {0, number(0xfffffffe, 4), beyond},
        {0, number(good.size() / 512 - 1, 4), beyond},
        {4, first, overlap},
        {0, number(0, 4), overlap},
        {0, number(1, 4), overlap},         // over the header
        {0, number(3, 4), overlap},         // over the table itself
        {16, number(4 + 4096, 4), overlap}, // within the first block
    };
    for (const auto &[offset, bytes, sentence] : entries) {
        unwrap(write_file(path, good));
        test::patch(path, static_cast<off_t>(1536 + offset), bytes);
        assert_refused(path, sentence);
    }
}

static void finds_truncation() {
    const TestFolder folder;
    const auto dynamic = make_image(folder, "vpc", "subformat=dynamic", "d.vhd");
    const auto fixed = make_image(folder, "vpc", "subformat=fixed", "f.vhd");
    const auto good = test::content_of(dynamic);
    for (const auto size : {good.size() - 1, good.size() - 512, good.size() / 2, std::size_t{2048}, std::size_t{1024},
                            std::size_t{600}, std::size_t{100}}) {
        test::resize(dynamic, size);
        assert_refused(dynamic, "“d.vhd” is truncated: the footer at the end of this VHD is missing.");
    }
    // The footer put where the file was cut.
    unwrap(write_file(dynamic, good.substr(0, good.size() / 2) + good.substr(good.size() - 512)));
    assert_refused(dynamic, "“d.vhd” is truncated: this VHD refers to data beyond the end of the file.");

    const auto whole = test::content_of(fixed);
    const auto nothing = "“f.vhd” is not a vhd image, although its name says so; it may be truncated. If it is a raw "
                         "image, use --input-format raw.";
    for (const auto size : {whole.size() - 1, whole.size() - 512, whole.size() / 2}) {
        auto part = whole.substr(0, size);
        unwrap(write_file(fixed, part));
        assert_refused(fixed, nothing);
        unwrap(write_file(fixed, part.replace(510, 2, "\x55\xaa")));
        assert_refused(fixed, nothing);
    }
    const auto footer = whole.substr(whole.size() - 512);
    const auto stated = std::to_string(whole.size() - 512);
    for (const auto size : {std::size_t{512}, std::size_t{1u << 20}, whole.size() - 512 - 1}) {
        unwrap(write_file(fixed, whole.substr(0, size) + footer));
        assert_refused(fixed, "“f.vhd” is truncated: it should have " + stated + " bytes before its footer, and has " +
                                  std::to_string(size) + ".");
    }
    unwrap(write_file(fixed, whole.substr(0, whole.size() - 512) + "123" + footer));
    assert_refused(fixed, "“f.vhd” is a damaged VHD: its size and the length of the file contradict each other.");
}

/// What a guest writes to the start of a fixed disk must not choose what its host opens it as.
static void is_not_led_astray() {
    const TestFolder folder;
    const auto path = make_image(folder, "vpc", "subformat=fixed", "disk.vhd");
    const auto good = test::content_of(path);
    test::patch(path, 510, "\x55\xaa");
    g_assert_true(unwrap(describe_file(path)).source.disks[0].top.format == DiskFormat::vhd);
    g_assert_cmpuint(unwrap(describe_file(path, DiskFormat::raw)).source.disks[0].top.bytes, ==, good.size());

    unwrap(write_file(path, good));
    test::patch(path, 0, "QFI\xfb");
    const auto both = [](const char *format) {
        return "“disk.vhd” starts as a "s + format +
               " image and ends as a VHD; specify its format with --input-format.";
    };
    assert_refused(path, both("qcow2"));
    g_assert_true(unwrap(describe_file(path, DiskFormat::vhd)).source.disks[0].top.format == DiskFormat::vhd);
    unwrap(write_file(path, good));
    test::patch(path, 64, "\x7f\x10\xda\xbe");
    assert_refused(path, both("vdi"));
    unwrap(describe_file(path, DiskFormat::vhd));
    unwrap(write_file(path, good));
    test::patch(path, 0, "conectix");
    assert_refused(
        path, "“disk.vhd” is a damaged VHD: the footer at its end and the copy at its start contradict each other.");
}

/// An image of each kind as a member of an archive: whatever stands before it and behind it.
static void reads_parts_of_files() {
    for (const auto &[format, options] : {std::pair{"vpc", "subformat=dynamic"},
                                          {"vpc", "subformat=fixed"},
                                          {"vhdx", "subformat=dynamic,block_size=1M"},
                                          {"vdi", "static=off"}}) {
        const TestFolder folder;
        const auto name = "disk."s + (format == "vpc"sv ? "vhd" : format);
        const auto path = make_image(folder, format, options, name);
        const auto image = test::content_of(path);
        unwrap(write_file(folder / "archive", std::string(512, 'x') + image + std::string(1024, 'y')));
        const auto archive = unwrap(HostFile::open(folder / "archive"));
        const auto part = unwrap(archive.part(512, image.size(), name));
        const auto disk = unwrap(describe_image(part, std::nullopt, Fence{folder.path(), true, {}})).disk;
        g_assert_true(disk.top.window && disk.top.window->offset == 512 && disk.top.window->length == image.size());
        g_assert_cmpuint(disk.top.bytes, ==, unwrap(describe_file(path)).source.disks[0].top.bytes);
        const auto cut = unwrap(archive.part(512, image.size() - 512, name));
        g_assert_false(describe_image(cut, std::nullopt, Fence{folder.path(), true, {}}).has_value());
    }
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, nullptr);
    g_test_add_func("/source/vhd/read", reads_each_kind);
    g_test_add_func("/source/vhd/size", takes_the_size_of_the_footer);
    g_test_add_func("/source/vhd/footer", refuses_bad_footers);
    g_test_add_func("/source/vhd/header", refuses_bad_headers);
    g_test_add_func("/source/vhd/truncated", finds_truncation);
    g_test_add_func("/source/vhd/astray", is_not_led_astray);
    g_test_add_func("/source/vhd/part", reads_parts_of_files);
    return g_test_run();
}
