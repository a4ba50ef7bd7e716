// SPDX-License-Identifier: LGPL-2.1-or-later
// VHDX images whose log was not replayed: what is read of them, by us and by QEMU, and what is refused.
#include "convert/image/image.h"
#include "tests/support/notices.h"
#include "tests/support/overlays.h"
#include "tests/support/vhdx_logs.h"

using namespace h2k;
using namespace std::string_literals;
using test::assert_equal;
using test::assert_reads_as;
using test::log_bytes;
using test::log_unit;
using test::make_image;
using test::number;
using test::put_log;
using test::TestFolder;
using test::unwrap;
using test::write_of;

constexpr auto small = "subformat=dynamic,block_size=1M,log_size=1M";
constexpr std::uint64_t mib = 1u << 20;

static Disk disk_of(const std::string &path) {
    return unwrap(test::describe_file(path, DiskFormat::vhdx)).source.disks[0];
}

/// What QEMU makes of a copy of @path, into whose file it replays the log, as a raw image.
static std::string replayed_by_qemu(const TestFolder &folder, const std::string &path) {
    const auto copy = folder / "copy.vhdx", raw = folder / "expected.raw";
    std::filesystem::copy_file(path, copy, std::filesystem::copy_options::overwrite_existing);
    test::run({"qemu-img", "check", "-q", "-r", "all", "-f", "vhdx", copy});
    test::run({"qemu-img", "convert", "-f", "vhdx", "-O", "raw", copy, raw});
    return raw;
}

static std::string sum_of(const std::string &path) { return test::run({"sha256sum", path}); }

/// The image is read like QEMU's repaired copy, and stays as it is.
static void assert_replays(const TestFolder &folder, const std::string &path) {
    const auto before = sum_of(path);
    const auto disk = disk_of(path);
    g_assert_true(disk.top.has_log && !is_standalone(disk));
    const auto overlay = unwrap(create_overlay(folder / "overlay", disk, nullptr));
    g_assert_cmpuint(overlay.below.size(), ==, 1);
    assert_reads_as(overlay, replayed_by_qemu(folder, path));
    // As of a boot test, with another overlay over all that.
    assert_reads_as(unwrap(create_overlay(folder / "second", overlay, nullptr)), folder / "expected.raw");
    assert_equal(sum_of(path), before);
    for (const auto *name : {"overlay", "second"})
        std::filesystem::remove(folder / name);
    g_assert_false(path_exists(folder / "overlay.log"));
}

static void replays_what_qemu_left() {
    const TestFolder folder;
    const auto path = make_image(folder, "vhdx", small, "disk.vhdx");
    unwrap(test::describe_file(path));
    test::write_and_fail(path, "write -q -P 0x55 3M 64k");
    const auto texts = test::texts_of(unwrap(test::describe_file(path)).notices);
    assert_equal(texts.at(0), "“disk.vhdx” was not closed properly, as after a power failure; its log is replayed, but "
                              "not into the file.");
    assert_replays(folder, path);
    g_assert_cmpint(test::content_of(folder / "expected.raw")[3 * mib], ==, 0x55);
}

/// Blocks that the log alone puts into the block table: data behind the end of the file as it was, and zeros.
static void replays_several_entries() {
    const TestFolder folder;
    const auto path = make_image(folder, "vhdx", small, "disk.vhdx");
    const auto end = std::filesystem::file_size(path), table = std::uint64_t{test::region_of(path, 0)};
    const auto log = test::log_of(path);
    test::resize(path, end + mib);
    test::patch(path, static_cast<off_t>(end), std::string(mib, 'n'));
    const auto size = end + mib;
    const auto first = write_of(path, table + 3 * 8, number(end | 6, 8));
    auto second = first;
    second.bytes.replace(4 * 8, 8, number(2, 8));
    // The ring starts near its end and goes on at its beginning.
    const auto tail = static_cast<std::uint32_t>(log.length - log_unit);
    const auto one = log_bytes({.sequence = 0xffffffff, .tail = tail, .size = size, .writes = {first}});
    const auto two = log_bytes({.sequence = 0x100000000,
                                .tail = tail,
                                .size = size,
                                .writes = {{.offset = table + mib - log_unit, .zeros = log_unit}, second},
                                .grown = size + 2 * mib});
    put_log(path, tail, one + two);
    assert_replays(folder, path);
    const auto content = test::content_of(folder / "expected.raw");
    g_assert_true(content[3 * mib] == 'n' && content[4 * mib - 1] == 'n');
}

/// What @path is as one file, with its log replayed by us.
static std::string whole(const std::string &path) {
    const auto file = unwrap(as_read(unwrap(HostFile::open(path)), DiskFormat::vhdx));
    return unwrap(file.read(0, file.size()));
}

/// Entries before the tail are in the file already, and perhaps outdated.
static void begins_at_the_tail() {
    const TestFolder folder;
    const auto path = make_image(folder, "vhdx", small, "disk.vhdx");
    const auto size = std::filesystem::file_size(path), spare = test::region_of(path, 1) + mib / 2;
    const auto entry = [&](std::uint64_t sequence, std::uint32_t tail, char c) {
        return log_bytes({.sequence = sequence,
                          .tail = tail,
                          .size = size,
                          .writes = {{.offset = spare + static_cast<std::uint64_t>(c - 'a') * log_unit,
                                      .bytes = std::string(log_unit, c)}}});
    };
    const auto old = entry(7, 0, 'a');
    put_log(path, 0, old + entry(8, 2 * log_unit, 'b') + entry(9, 2 * log_unit, 'c'));
    // An older sequence of the same session does not count.
    put_log(path, 512 * 1024, entry(5, 512 * 1024, 'd'));
    const auto content = whole(path);
    assert_equal(content.substr(spare, 1) + content[spare + log_unit] + content[spare + 2 * log_unit + log_unit - 1] +
                     content[spare + 3 * log_unit],
                 "\0bc\0"s);
    // The headers say that nothing waits, so that a second pass changes nothing.
    unwrap(write_file(folder / "again.vhdx", content));
    g_assert_false(disk_of(folder / "again.vhdx").top.has_log);
    g_assert_true(whole(folder / "again.vhdx") == content);
}

static void replays_a_member_of_an_archive() {
    const TestFolder folder;
    const auto path = make_image(folder, "vhdx", small, "disk.vhdx");
    test::write_and_fail(path, "write -q -P 0x55 3M 64k");
    auto disk = disk_of(path);
    unwrap(write_file(folder / "pack", std::string(1536, 'x') + test::content_of(path) + std::string(512, 'y')));
    disk.top.path = folder / "pack";
    disk.top.window = Window{.offset = 1536, .length = std::filesystem::file_size(path)};
    disk.top.held = {};
    assert_reads_as(unwrap(create_overlay(folder / "overlay", disk, nullptr)), replayed_by_qemu(folder, path));
}

/// A log in the parent, and one in the child itself, which holds its block table and bitmap.
static void replays_in_a_chain() {
    const TestFolder folder;
    const auto base = make_image(folder, "vhdx", small, "base.vhdx");
    test::write_and_fail(base, "write -q -P 0x55 3M 64k");
    auto expected = test::content_of(replayed_by_qemu(folder, base));
    const auto child = test::make_child(folder, "vhdx", base, "child.vhdx", "--at 0 --byte 0x31 --length 4096");
    const auto hidden = test::make_child(folder, "vhdx", base, "none.vhdx", "--at 8192 --byte 0x32 --length 512");
    test::lay_over(expected, child, DiskFormat::vhdx);
    unwrap(write_file(folder / "content.raw", expected));
    assert_reads_as(unwrap(create_overlay(folder / "one", disk_of(child), nullptr)), folder / "content.raw");
    // The whole state of the other child but for its headers, as a log that turns this one into it.
    std::vector<test::LogWrite> writes;
    const auto size = std::filesystem::file_size(child);
    g_assert_cmpuint(std::filesystem::file_size(hidden), ==, size);
    for (auto at = 2 * mib; at < size; at += log_unit)
        if (const auto unit = test::part_of(hidden, at, log_unit); unit != test::part_of(child, at, log_unit))
            writes.push_back({.offset = at, .bytes = unit});
    g_assert_cmpuint(writes.size(), >, 0);
    put_log(child, 0, log_bytes({.size = size, .writes = writes}));
    auto other = test::content_of(folder / "expected.raw");
    test::lay_over(other, hidden, DiskFormat::vhdx);
    unwrap(write_file(folder / "content.raw", other));
    assert_reads_as(unwrap(create_overlay(folder / "two", disk_of(child), nullptr)), folder / "content.raw");
    g_assert_cmpint(other[8192], ==, 0x32);
}

/// The parent is the one of the replayed metadata, and nothing else is opened.
static void checks_the_parent_after_the_log() {
    const TestFolder folder;
    const auto base = make_image(folder, "vhdx", small, "base.vhdx");
    const auto child = test::make_child(folder, "vhdx", base, "child.vhdx", "--at 0 --byte 0x31 --length 4096");
    g_assert_cmpuint(disk_of(child).below.size(), ==, 1);
    const auto name = "b\0a\0s\0e\0"s;
    const auto at = test::content_of(child).find(name + ".\0"s);
    g_assert_cmpuint(at, !=, std::string::npos);
    put_log(child, 0,
            log_bytes({.size = std::filesystem::file_size(child), .writes = {write_of(child, at, "h\0o\0s\0t\0"s)}}));
    test::assert_refused(child, "“child.vhdx” names the file “host.vhdx”, which does not exist.", DiskFormat::vhdx);
}

namespace {
struct Bad {
    test::LogEntry entry;
    std::size_t patch_at; ///< in the entry, whose checksum is put right; 0: nothing
    std::string patch;
};
} // namespace

static void refuses_damaged_logs() {
    const TestFolder folder;
    const auto path = make_image(folder, "vhdx", small, "disk.vhdx");
    const auto good = test::content_of(path);
    const auto size = good.size(), table = std::size_t{test::region_of(path, 0)};
    const auto log = test::log_of(path);
    const auto damaged = "“disk.vhdx” was not closed properly, and its log, which has to be replayed, is damaged: copy "
                         "it from its host again, or start and shut down its machine in Hyper-V.";
    const test::LogWrite fine = write_of(path, table, number(0, 8));
    const auto writing = [&](const test::LogWrite &write) {
        return test::LogEntry{.size = size, .writes = {fine, write}};
    };
    const auto unit = std::string(log_unit, 'x');
    const Bad cases[] = {
        {writing({.offset = 128u << 10, .bytes = unit}), 0, {}},
        {writing({.offset = 0, .zeros = log_unit}), 0, {}},
        {writing({.offset = log.offset, .bytes = unit}), 0, {}},
        {writing({.offset = log.offset - log_unit, .zeros = 2 * log_unit}), 0, {}},
        {writing({.offset = size, .bytes = unit}), 0, {}},
        {writing({.offset = ~std::uint64_t{0} - log_unit + 1, .bytes = unit}), 0, {}},
        {writing({.offset = table, .zeros = ~std::uint64_t{0} - log_unit + 1}), 0, {}},
        {writing({.offset = table + 512, .bytes = unit}), 0, {}},
        {writing({.offset = table, .zeros = 512}), 0, {}},
        {writing({.offset = table, .zeros = 0}), 0, {}},
        {{.size = size, .writes = {fine, {.offset = 1u << 22, .zeros = 1u << 31}}, .grown = std::uint64_t{1} << 40},
         0,
         {}},
        {{.size = size, .grown = std::uint64_t{1} << 60}, 0, {}},
        {{.tail = log_unit, .size = size, .writes = {fine}}, 0, {}},
        {writing(fine), 8, number(log.length + log_unit, 4)},
        {writing(fine), 8, number(0, 4)},
        {writing(fine), 12, number(log.length, 4)},
        {writing(fine), 16, number(0, 8)},
        {writing(fine), 24, number(3, 4)},
        {writing(fine), 24, number(~0u, 4)},
        {writing(fine), 32, std::string(16, '\x78')},
        {writing(fine), 64, "none"},
        {writing(fine), 64 + 24, number(2, 8)},
        {writing(fine), log_unit, "Data"},
        {writing(fine), log_unit + 4, number(1, 4)},
        {writing(fine), 2 * log_unit - 4, number(2, 4)},
    };
    for (const auto &[entry, at, bytes] : cases) {
        auto text = log_bytes(entry);
        if (!bytes.empty()) {
            text.replace(at, bytes.size(), bytes);
            put_vhdx_checksum(text);
        }
        put_log(path, 0, text);
        test::assert_refused(path, damaged);
        unwrap(write_file(path, good));
    }
    // A bit that the checksum does not cover is none.
    auto text = log_bytes(writing(fine));
    text[log_unit + 100] = '!';
    put_log(path, 0, text);
    test::assert_refused(path, damaged);
    unwrap(write_file(path, good));
    put_log(path, 0, log_bytes({.size = size + mib, .writes = {fine}}));
    test::assert_refused(path, "“disk.vhdx” is truncated: this VHDX refers to data beyond the end of the file.");
    unwrap(write_file(path, good));
    put_log(path, 0, log_bytes(writing(fine)));
    unwrap(test::describe_file(path));
    // What stands in the headers of the log's place is not believed either.
    test::patch_headers(path, 68, number(0, 4));
    test::assert_refused(path, damaged);
    test::patch_headers(path, 68, number(65u << 20, 4));
    test::assert_refused(path,
                         "“disk.vhdx” was not closed properly, and its log is larger than is supported: start and shut "
                         "down its machine in Hyper-V, or run “qemu-img check -r all” on a copy.");
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, nullptr);
    g_test_add_func("/image-replay/qemu", replays_what_qemu_left);
    g_test_add_func("/image-replay/entries", replays_several_entries);
    g_test_add_func("/image-replay/tail", begins_at_the_tail);
    g_test_add_func("/image-replay/archive", replays_a_member_of_an_archive);
    g_test_add_func("/image-replay/chain", replays_in_a_chain);
    g_test_add_func("/image-replay/parent", checks_the_parent_after_the_log);
    g_test_add_func("/image-replay/damaged", refuses_damaged_logs);
    return g_test_run();
}
