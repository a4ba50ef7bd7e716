// SPDX-License-Identifier: LGPL-2.1-or-later
// Chains of differencing VHD images.
#include "tests/support/notices.h"
#include "tests/support/vhd_images.h"

using namespace h2k;
using namespace std::string_literals;
using test::assert_equal;
using test::make_child;
using test::make_image;
using test::number;
using test::sign;
using test::TestFolder;
using test::unwrap;

namespace {

/// Of the format that the user names, as references are only followed then.
Result<CarryPlan> describe_file(const std::string &path, std::optional<DiskFormat> format = DiskFormat::vhd) {
    return test::describe_file(path, format);
}

void assert_refused(const std::string &path, std::string_view sentence,
                    std::optional<DiskFormat> format = DiskFormat::vhd, const char *file = __builtin_FILE(),
                    int line = __builtin_LINE()) {
    test::assert_refused(path, sentence, format, file, line);
}

} // namespace

static void follows_a_chain() {
    for (const auto *options : {"subformat=dynamic", "subformat=fixed"}) {
        const TestFolder folder;
        const auto base = make_image(folder, "vpc", options, "base.vhd");
        const auto middle = make_child(folder, "vhd", base, "middle.avhd",
                                       "--at 0 --byte 0x31 --length 512 --at 1024 --byte 0x32 --length 4096");
        const auto top = make_child(folder, "vhd", middle, "top.avhd",
                                    "--at 1536 --byte 0x41 --length 512 --at 6291456 --byte 0x42 --length 2097152 "
                                    "--at 2096640 --byte 0x43 --length 1024 --block 524288");
        const auto plan = unwrap(describe_file(top));
        const auto &disk = plan.source.disks[0];
        assert_equal(disk.top.subformat, "differencing");
        assert_equal(plan.source.name, "top");
        assert_equal(join(disk.files, " "), top + " " + middle + " " + base);
        g_assert_cmpuint(disk.below.size(), ==, 2);
        assert_equal(disk.below[0].path + " " + disk.below[1].path, middle + " " + base);
        assert_equal(disk.below[0].subformat, "differencing");
        assert_equal(disk.below[1].subformat, std::string_view{options}.substr(10));
        const auto alone = unwrap(describe_file(base)).source.disks[0];
        assert_equal(disk.below[1].identity, alone.top.identity);
        for (const auto &image : disk.below)
            g_assert_true(image.format == DiskFormat::vhd && image.bytes == disk.top.bytes && !image.window);
        g_assert_cmpuint(disk.top.bytes, ==, test::qemu_size(base, "vpc"));
        assert_equal(join(test::texts_of(plan.notices), "|"),
                     "The disk is also read from “middle.avhd”, on which “top.avhd” is based.|"
                     "The disk is also read from “base.vhd”, on which “middle.avhd” is based.");

        auto content = test::raw_content(folder, "vpc", base);
        auto expected = content;
        expected.replace(0, 512, 512, '1').replace(1024, 4096, 4096, '2').replace(1536, 512, 512, 'A');
        expected.replace(6291456, 2097152, 2097152, 'B').replace(2096640, 1024, 1024, 'C');
        test::lay_over(content, middle, DiskFormat::vhd);
        test::lay_over(content, top, DiskFormat::vhd);
        g_assert_true(content == expected);
        assert_equal(test::runs_of(middle, DiskFormat::vhd), "0+512:49 1024+4096:50");
        assert_equal(test::runs_of(top, DiskFormat::vhd).substr(0, 30), "1536+512:65 2096640+512:67 209");
    }
}

static void finds_parents_by_all_names() {
    const TestFolder folder;
    const auto base = make_image(folder, "vpc", "subformat=dynamic", "größe 1.vhd");
    for (const auto *name : {"größe\u00a01.vhd", "C:\\VMs\\Disks\\größe\u00a01.vhd", "..\\größe\u00a01.vhd",
                             "\\\\server\\share\\größe\u00a01.vhd"}) {
        std::filesystem::rename(base, folder / "größe\u00a01.vhd");
        const auto top = make_child(folder, "vhd", folder / "größe\u00a01.vhd", "top.vhd", "--parent-name "s + name);
        assert_equal(unwrap(describe_file(top)).source.disks[0].files[1], folder / "größe\u00a01.vhd");
        std::filesystem::rename(folder / "größe\u00a01.vhd", base);
    }
    // The locator does not lead anywhere, and the plain name does.
    std::filesystem::rename(base, folder / "base.vhd");
    const auto top = make_child(folder, "vhd", folder / "base.vhd", "top.vhd");
    auto content = test::content_of(top);
    content.replace(1536, 4, "x\0x\0"s); // ".\" of the locator's text
    content.replace(1536 + 8, 2, "X\0"s);
    unwrap(write_file(top, content));
    assert_equal(unwrap(describe_file(top)).source.disks[0].files[1], folder / "base.vhd");
    // Locators of other systems.
    for (const auto &[code, text] : {std::pair{"MacX"s, "file://localhost/Users/x/b%61se.vhd"s},
                                     {"Wi2r"s, "base.vhd\0"s},
                                     {"Wi2k"s, "D:\\base.vhd"s},
                                     {"W2ku"s, "b\0a\0s\0e\0.\0v\0h\0d\0"s}}) {
        auto other = content;
        other.replace(512 + 64, 512, 512, '\0');
        other.replace(512 + 576, 24, code + number(512, 4) + number(text.size(), 4) + number(0, 4) + number(1536, 8));
        other.replace(1536, text.size(), text);
        sign(other, 512, 1024, 36);
        unwrap(write_file(top, other));
        assert_equal(unwrap(describe_file(top)).source.disks[0].files[1], folder / "base.vhd");
    }
}

static void refuses_bad_chains() {
    const TestFolder folder, elsewhere;
    const auto base = make_image(folder, "vpc", "subformat=dynamic", "base.vhd");
    const auto id = unwrap(describe_file(base)).source.disks[0].top.identity;
    const auto top =
        make_child(folder, "vhd", base, "top.vhd", "--parent-id 01234567-89ab-cdef-0123-456789abcdef --at 0 --byte 1");
    assert_refused(top, "“top.vhd” is not based on this “base.vhd”: its parent has the ID "
                        "01234567-89ab-cdef-0123-456789abcdef, but this image has the ID " +
                            id + ".");
    make_child(folder, "vhd", base, "top.vhd", "--parent-name gone.vhd");
    assert_refused(top, "“top.vhd” names the file “gone.vhd”, which does not exist.");
    const auto other = make_image(elsewhere, "vpc", "subformat=dynamic", "other.vhd");
    make_child(folder, "vhd", other, "top.vhd", "--parent-name " + other);
    assert_refused(top,
                   "“top.vhd” names the file “" + other +
                       "”, which is outside its own folder; use --allow-folder to allow reading from another folder.");
    std::filesystem::create_symlink(other, folder / "other.vhd");
    assert_refused(top,
                   "“top.vhd” names the file “" + other +
                       "”, which is outside its own folder; use --allow-folder to allow reading from another folder.");
    unwrap(describe({.sources = {top}, .allowed_folders = {elsewhere.path()}, .input_format = DiskFormat::vhd}));
    // Although another of its names is good.
    make_child(folder, "vhd", base, "top.vhd", "--parent-name ba\u2028se.vhd");
    assert_refused(top,
                   "“top.vhd” names the file “.\\ba?se.vhd”, whose name holds a control character; programs disagree "
                   "about where such a name ends, so it is refused.");
    const auto small = make_image(folder, "vpc", "subformat=dynamic", "small.vhd", "4M");
    make_child(folder, "vhd", small, "top.vhd", "--parent-name base.vhd --parent-id " + id);
    assert_refused(top, "“top.vhd” and its parent “base.vhd” have different sizes.");
    make_image(folder, "qcow2", "compat=1.1", "base.qcow2");
    make_child(folder, "vhd", base, "top.vhd", "--parent-name base.qcow2");
    assert_refused(top, "“base.qcow2” is not the vhd image that “top.vhd” says it is.");
    make_child(folder, "vhd", base, "top.vhd");
    assert_equal(test::refusal_of_part(top), "“top.vhd” names the file “base.vhd”, but an image in an archive must not "
                                             "refer to another file; unpack the archive first.");
    test::resize(base, std::filesystem::file_size(base) - 512);
    assert_refused(top, "“base.vhd” is truncated: the footer at the end of this VHD is missing.");
    const auto standalone = unwrap(HostFile::open(small));
    assert_equal(test::message_of(for_each_change(standalone, DiskFormat::vhd, {}), H2K_ERROR_SOURCE),
                 "“small.vhd” is not a differencing image: it holds a whole disk.");
}

static void ends_a_circle() {
    const TestFolder folder;
    const auto base = make_image(folder, "vpc", "subformat=dynamic", "base.vhd");
    const auto one = make_child(folder, "vhd", base, "one.vhd");
    const auto id = unwrap(describe_file(one)).source.disks[0].top.identity;
    const auto two = make_child(folder, "vhd", one, "two.vhd");
    const auto id_of_two = unwrap(describe_file(two)).source.disks[0].top.identity;
    auto content = test::content_of(one);
    std::string bytes;
    for (const auto &part : split(id_of_two, '-'))
        for (std::size_t at = 0; at < part.size(); at += 2)
            bytes += static_cast<char>(g_ascii_xdigit_value(part[at]) << 4 | g_ascii_xdigit_value(part[at + 1]));
    content.replace(1536 + 4, 8, "t\0w\0o\0.\0"s);
    content.replace(1536 + 12, 8, "v\0h\0d\0\0\0"s);
    content.replace(512 + 64, 16, "\0t\0w\0o\0.\0v\0h\0d\0\0"s);
    content.replace(512 + 40, 16, bytes);
    sign(content, 512, 1024, 36);
    unwrap(write_file(one, content));
    assert_refused(two, "The chain of parents below “one.vhd” is circular or too long.");
    assert_refused(one, "The chain of parents below “two.vhd” is circular or too long.");
    const auto self = make_child(folder, "vhd", base, "self.vhd", "--parent-name hard.vhd");
    std::filesystem::create_hard_link(self, folder / "hard.vhd");
    assert_refused(self, "The chain of parents below “self.vhd” is circular or too long.");
    // The longest chain, and one more.
    auto below = base;
    for (int i = 1; i < 64; i++)
        below = make_child(folder, "vhd", below, "link" + std::to_string(i) + ".vhd");
    g_assert_cmpuint(unwrap(describe_file(below)).source.disks[0].below.size(), ==, 63);
    const auto last = make_child(folder, "vhd", below, "last.vhd");
    assert_refused(last, "The chain of parents below “link1.vhd” is circular or too long.");
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, nullptr);
    g_test_add_func("/source/vhd/chain", follows_a_chain);
    g_test_add_func("/source/vhd/names", finds_parents_by_all_names);
    g_test_add_func("/source/vhd/bad-chain", refuses_bad_chains);
    g_test_add_func("/source/vhd/circle", ends_a_circle);
    return g_test_run();
}
