// SPDX-License-Identifier: LGPL-2.1-or-later
// Chains of differencing VHDX images.
#include "tests/support/notices.h"
#include "tests/support/vhdx_images.h"

using namespace h2k;
using namespace std::string_literals;
using test::assert_equal;
using test::make_child;
using test::make_image;
using test::number;
using test::TestFolder;
using test::unwrap;

constexpr auto small = "subformat=dynamic,block_size=1M,log_size=1M";

namespace {

/// Of the format that the user names, as references are only followed then.
Result<CarryPlan> describe_file(const std::string &path, std::optional<DiskFormat> format = DiskFormat::vhdx) {
    return test::describe_file(path, format);
}

void assert_refused(const std::string &path, std::string_view sentence,
                    std::optional<DiskFormat> format = DiskFormat::vhdx, const char *file = __builtin_FILE(),
                    int line = __builtin_LINE()) {
    test::assert_refused(path, sentence, format, file, line);
}

std::string identity_of_image(const std::string &path) {
    return unwrap(describe_file(path)).source.disks[0].top.identity;
}

/// Replaces a text in the parent locator, where it has the same length.
void rename_in_locator(const std::string &path, const std::string &from, const std::string &to) {
    const auto wide = [](const std::string &text) {
        std::string units;
        for (const char c : text)
            units += {c, '\0'};
        return units;
    };
    const auto metadata = test::region_of(path, 1);
    const auto at = test::part_of(path, metadata, 1u << 20).find(wide(from));
    g_assert_cmpuint(at, !=, std::string::npos);
    g_assert_cmpuint(from.size(), ==, to.size());
    test::patch(path, static_cast<off_t>(metadata + at), wide(to));
}

} // namespace

static void follows_a_chain() {
    for (const auto *options : {small, "subformat=fixed"}) {
        const TestFolder folder;
        const auto base = make_image(folder, "vhdx", options, "base.vhdx");
        const auto middle = make_child(folder, "vhdx", base, "middle.avhdx",
                                       "--at 0 --byte 0x31 --length 512 --at 1024 --byte 0x32 --length 4096");
        // Sectors of a block, whole blocks, and one that is zeros now.
        const auto top = make_child(folder, "vhdx", middle, "top.avhdx",
                                    "--at 1536 --byte 0x41 --length 512 --at 4194304 --byte 0x42 --length 2097152 "
                                    "--at 1048064 --byte 0x43 --length 1024 --block 1048576 --state 7340032 2");
        const auto plan = unwrap(describe_file(top));
        const auto &disk = plan.source.disks[0];
        assert_equal(disk.top.subformat, "differencing");
        assert_equal(plan.source.name, "top");
        assert_equal(join(disk.files, " "), top + " " + middle + " " + base);
        g_assert_cmpuint(disk.below.size(), ==, 2);
        assert_equal(disk.below[0].subformat, "differencing");
        assert_equal(disk.below[1].subformat, std::string_view{options}.contains("fixed") ? "fixed" : "dynamic");
        assert_equal(disk.below[1].identity, identity_of_image(base));
        for (const auto &image : disk.below)
            g_assert_true(image.format == DiskFormat::vhdx && image.bytes == disk.top.bytes);
        g_assert_cmpuint(disk.top.bytes, ==, test::qemu_size(base, "vhdx"));
        assert_equal(join(test::texts_of(plan.notices), "|"),
                     "The disk is also read from “middle.avhdx”, on which “top.avhdx” is based.|"
                     "The disk is also read from “base.vhdx”, on which “middle.avhdx” is based.");

        auto content = test::raw_content(folder, "vhdx", base);
        auto expected = content;
        expected.replace(0, 512, 512, '1').replace(1024, 4096, 4096, '2').replace(1536, 512, 512, 'A');
        expected.replace(4194304, 2097152, 2097152, 'B').replace(1048064, 1024, 1024, 'C');
        expected.replace(7340032, 1048576, 1048576, '\0');
        test::lay_over(content, middle, DiskFormat::vhdx);
        test::lay_over(content, top, DiskFormat::vhdx);
        g_assert_true(content == expected);
        assert_equal(test::runs_of(middle, DiskFormat::vhdx), "0+512:49 1024+4096:50");
        assert_equal(test::runs_of(top, DiskFormat::vhdx),
                     "1536+512:65 1048064+512:67 1048576+512:67 4194304+1048576:66 "
                     "5242880+1048576:66 7340032+1048576:zero");
    }
}

/// A sector bitmap speaks for 4 GiB; what lies behind has its own.
static void reads_all_chunks() {
    const TestFolder folder;
    const auto base = make_image(folder, "vhdx", small, "base.vhdx", "9437185K"); // 9 GiB and two sectors
    const auto top = make_child(folder, "vhdx", base, "top.avhdx",
                                "--at 512 --byte 1 --at 4294966784 --byte 2 --length 1024 --at 5368709632 --byte 4 "
                                "--length 512 --at 9663676928 --byte 5 --length 512 --state 6442450944 3 --state "
                                "8589934592 1");
    assert_equal(test::runs_of(top, DiskFormat::vhdx),
                 "512+512:1 4294966784+512:2 4294967296+512:2 5368709632+512:4 6442450944+2097152:zero "
                 "8589934592+2097152:zero 9663676928+512:5");
    // The disk ends within its last block.
    const auto last = make_child(folder, "vhdx", base, "last.avhdx", "--state 9663676416 2");
    assert_equal(test::runs_of(last, DiskFormat::vhdx), "9663676416+1024:zero");
    unwrap(describe_file(last));
}

static void refuses_bad_blocks() {
    const TestFolder folder;
    const auto base = make_image(folder, "vhdx", small, "base.vhdx");
    const auto top = make_child(folder, "vhdx", base, "top.avhdx", "--at 0 --byte 1");
    const auto table = static_cast<off_t>(test::region_of(top, 0));
    constexpr off_t bitmap = 2048 * 8;
    const auto nonsense = "“top.avhdx” is a damaged VHDX: its block table has an invalid entry.";
    const auto block = test::part_of(top, static_cast<std::uint64_t>(table), 8);
    const auto good = test::part_of(top, static_cast<std::uint64_t>(table + bitmap), 8);
    const auto file = unwrap(HostFile::open(top));
    const auto refused = [&](const std::string &entry, const std::string &sentence) {
        test::patch(top, table + bitmap, entry);
        assert_refused(top, sentence);
        assert_equal(test::message_of(for_each_change(file, DiskFormat::vhdx, {}), H2K_ERROR_SOURCE), sentence);
        test::patch(top, table + bitmap, good);
    };
    refused(number(0, 8), nonsense); // a block with a bitmap, and no bitmap
    refused(number(1, 8), nonsense);
    refused(number(7, 8), nonsense);
    refused(number(std::uint64_t{1} << 40 | 6, 8),
            "“top.avhdx” is truncated: this VHDX refers to data beyond the end of the file.");
    refused(number(static_cast<unsigned char>(block[2]) << 16 | 6, 8),
            "“top.avhdx” is a damaged VHDX: its blocks overlap.");
    assert_equal(test::runs_of(top, DiskFormat::vhdx), "0+512:1");
}

static void refuses_bad_chains() {
    const TestFolder folder, elsewhere;
    const auto base = make_image(folder, "vhdx", small, "base.vhdx");
    const auto top = folder / "top.avhdx";
    const auto id = identity_of_image(base);
    make_child(folder, "vhdx", base, "top.avhdx", "--parent-id 01234567-89ab-cdef-0123-456789abcdef");
    assert_refused(top, "“top.avhdx” is not based on this “base.vhdx”: its parent has the ID "
                        "01234567-89ab-cdef-0123-456789abcdef, but this image has the ID " +
                            id + ".");
    make_child(folder, "vhdx", base, "top.avhdx", "--parent-name .\\gone.vhdx");
    assert_refused(top, "“top.avhdx” names the file “gone.vhdx”, which does not exist.");
    const auto other = make_image(elsewhere, "vhdx", small, "other.vhdx");
    make_child(folder, "vhdx", other, "top.avhdx", "--parent-name " + other);
    assert_refused(top,
                   "“top.avhdx” names the file “" + other +
                       "”, which is outside its own folder; use --allow-folder to allow reading from another folder.");
    unwrap(describe({.sources = {top}, .allowed_folders = {elsewhere.path()}, .input_format = DiskFormat::vhdx}));
    for (const auto *name : {"..\\..\\Disks\\base.vhdx", "C:\\Disks\\base.vhdx"}) {
        make_child(folder, "vhdx", base, "top.avhdx", "--parent-name "s + name);
        assert_equal(unwrap(describe_file(top)).source.disks[0].files[1], base);
    }
    const auto large = make_image(folder, "vhdx", small, "large.vhdx", "16M");
    make_child(folder, "vhdx", large, "top.avhdx", "--parent-name base.vhdx --parent-id " + id);
    assert_refused(top, "“top.avhdx” and its parent “base.vhdx” have different sizes.");
    make_image(folder, "vpc", "subformat=dynamic", "base.vhd");
    make_child(folder, "vhdx", base, "top.avhdx", "--parent-name base.vhd");
    assert_refused(top, "“base.vhd” is not the vhdx image that “top.avhdx” says it is.");
    make_child(folder, "vhdx", base, "top.avhdx");
    assert_equal(test::refusal_of_part(top),
                 "“top.avhdx” names the file “base.vhdx”, but an image in an archive must not "
                 "refer to another file; unpack the archive first.");
    test::resize(base, std::filesystem::file_size(base) - 512);
    assert_refused(top, "“base.vhdx” is truncated: this VHDX refers to data beyond the end of the file.");
    const auto alone = unwrap(HostFile::open(large));
    for (const auto format : {DiskFormat::vhdx, DiskFormat::qcow2})
        assert_equal(test::message_of(for_each_change(alone, format, {}), H2K_ERROR_SOURCE),
                     "“large.vhdx” is not a differencing image: it holds a whole disk.");
}

static void refuses_bad_locators() {
    const TestFolder folder;
    const auto base = make_image(folder, "vhdx", small, "base.vhdx");
    const auto top = make_child(folder, "vhdx", base, "top.avhdx");
    const auto unnamed = "“top.avhdx” is a differencing image that does not name its parent.";
    rename_in_locator(top, "relative_path", "relative_Xath");
    assert_refused(top, unnamed);
    rename_in_locator(top, "relative_Xath", "relative_path");
    rename_in_locator(top, "parent_linkage", "parent_linkagX");
    assert_refused(top, unnamed);
    rename_in_locator(top, "parent_linkagX", "parent_linkage");
    const auto id = "{" + identity_of_image(base) + "}";
    Owned<char> upper{g_ascii_strup(id.c_str(), -1)};
    rename_in_locator(top, id, upper.get());
    unwrap(describe_file(top));
    // The item's own header and its entries, which the tool lays out one after the other.
    const auto locator = static_cast<off_t>(test::region_of(top, 1) + (64u << 10) + 40);
    const auto nonsense = "“top.avhdx” is a damaged VHDX: its parent locator is invalid.";
    const std::tuple<off_t, std::string, std::string> cases[] = {
        {0, "\x01", "“top.avhdx” has a parent that is not a VHDX image."},
        {18, number(0, 2), unnamed},
        {18, number(60, 2), nonsense},
        {18, number(0xffff, 2), nonsense},
        {20, number(~0u, 4), nonsense},
        {24, number(5000, 4), nonsense},
        {28, number(0xffff, 2), nonsense},
        {32, test::part_of(top, static_cast<std::uint64_t>(locator) + 20, 12), nonsense}, // one key twice
    };
    for (const auto &[offset, bytes, sentence] : cases) {
        const auto good = test::part_of(top, static_cast<std::uint64_t>(locator + offset), bytes.size());
        test::patch(top, locator + offset, bytes);
        assert_refused(top, sentence);
        test::patch(top, locator + offset, good);
    }
    unwrap(describe_file(top));
}

static void ends_a_circle() {
    const TestFolder folder;
    const auto base = make_image(folder, "vhdx", small, "base.vhdx");
    const auto one = make_child(folder, "vhdx", base, "one1.vhdx");
    const auto two = make_child(folder, "vhdx", one, "two.vhdx");
    rename_in_locator(one, identity_of_image(base), identity_of_image(two));
    rename_in_locator(one, "base.vhdx", ".\\two.vhdx"s.substr(1)); // "\two.vhdx": a path, whose last name counts
    assert_refused(two, "The chain of parents below “one1.vhdx” is circular or too long.");
    std::filesystem::create_symlink("self.vhdx", folder / "link.vhdx");
    const auto self = make_child(folder, "vhdx", base, "self.vhdx", "--parent-name link.vhdx");
    assert_refused(self, "The chain of parents below “self.vhdx” is circular or too long.");
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, nullptr);
    g_test_add_func("/source/vhdx/chain", follows_a_chain);
    g_test_add_func("/source/vhdx/chunks", reads_all_chunks);
    g_test_add_func("/source/vhdx/bad-blocks", refuses_bad_blocks);
    g_test_add_func("/source/vhdx/bad-chain", refuses_bad_chains);
    g_test_add_func("/source/vhdx/locator", refuses_bad_locators);
    g_test_add_func("/source/vhdx/circle", ends_a_circle);
    return g_test_run();
}
