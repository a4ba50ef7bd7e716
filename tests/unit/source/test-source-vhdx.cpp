// SPDX-License-Identifier: LGPL-2.1-or-later
#include "tests/support/notices.h"
#include "tests/support/vhdx_images.h"

using namespace h2k;
using namespace std::string_literals;
using test::assert_equal;
using test::assert_refused;
using test::describe_file;
using test::make_image;
using test::number;
using test::patch_headers;
using test::patch_regions;
using test::TestFolder;
using test::unwrap;

constexpr auto beyond = "“disk.vhdx” is truncated: this VHDX refers to data beyond the end of the file.";
constexpr auto small = "subformat=dynamic,block_size=1M,log_size=1M";

namespace {

struct Case {
    std::size_t offset;
    std::string bytes;
    const char *sentence;
};

/// An image that is put back as it was after each change.
class Victim {
  public:
    explicit Victim(const std::string &size = "4M") : path_(make_image(folder_, "vhdx", small, "disk.vhdx", size)) {
        head_ = test::part_of(path_, 0, 1u << 20);
        // qemu places the block table first and the metadata behind it.
        table_ = test::region_of(path_, 0), metadata_ = test::region_of(path_, 1);
        tables_ = test::part_of(path_, table_, (2u << 20));
    }
    [[nodiscard]] const std::string &path() const { return path_; }
    [[nodiscard]] off_t table() const { return static_cast<off_t>(table_); }
    [[nodiscard]] off_t metadata() const { return static_cast<off_t>(metadata_); }
    void restore() const {
        test::patch(path_, 0, head_);
        test::patch(path_, table(), tables_);
        unwrap(describe_file(path_));
    }

  private:
    TestFolder folder_;
    std::string path_, head_, tables_;
    std::uint64_t table_, metadata_;
};

} // namespace

static void reads_each_kind() {
    for (const auto *options : {small, "subformat=fixed", "subformat=dynamic,block_size=256M", "block_state_zero=off"})
        for (const auto *size : {"8M", "10M", "10486272"}) {
            const TestFolder folder;
            const auto path = make_image(folder, "vhdx", options, "disk.vhdx", size);
            const auto plan = unwrap(describe_file(path));
            const auto &disk = plan.source.disks[0];
            g_assert_cmpuint(test::texts_of(plan.notices).size(), ==, 0);
            g_assert_true(disk.top.format == DiskFormat::vhdx && disk.below.empty() && !disk.top.window);
            assert_equal(disk.top.subformat, std::string_view{options}.contains("fixed") ? "fixed" : "dynamic");
            g_assert_cmpuint(disk.top.bytes, ==, test::qemu_size(path, "vhdx"));
            g_assert_cmpuint(disk.top.identity.size(), ==, 36);
            assert_equal(join(disk.files, " "), path);
            assert_equal(plan.source.name, "disk");
            unwrap(describe_file(path, DiskFormat::vhdx));
            assert_refused(path, "“disk.vhdx” is not a vhd image, although --input-format says so.", DiskFormat::vhd);
        }
}

/// The header with the higher number counts, and a damaged one does not count at all.
static void takes_the_current_header() {
    const Victim victim;
    const auto &path = victim.path();
    const auto identity = [&] { return unwrap(describe_file(path)).source.disks[0].top.identity; };
    const auto set = [&](std::size_t which, std::uint64_t sequence, char id) {
        test::patch_signed(path, test::vhdx_headers[which], 4096, 8, number(sequence, 8));
        test::patch_signed(path, test::vhdx_headers[which], 4096, 32,
                           "\x03\x02\x01\0\x05\x04\x07\x06"s + std::string(8, id));
    };
    const auto first = "00010203-0405-0607-1111-111111111111", second = "00010203-0405-0607-2222-222222222222";
    set(0, 7, '\x11'), set(1, 8, '\x22');
    assert_equal(identity(), second);
    set(0, 9, '\x11');
    assert_equal(identity(), first);
    test::patch(path, static_cast<off_t>(test::vhdx_headers[0] + 100), "x");
    assert_equal(identity(), second);
    const auto none = "“disk.vhdx” is a damaged VHDX: it has no valid header.";
    test::patch(path, static_cast<off_t>(test::vhdx_headers[1]), "Head");
    assert_refused(path, none);
    victim.restore();
    set(0, 5, '\x11'), set(1, 5, '\x22');
    assert_refused(path, none);
    set(1, 5, '\x11');
    assert_equal(identity(), first);
}

static void refuses_bad_headers() {
    const Victim victim;
    const auto &path = victim.path();
    const auto log =
        "“disk.vhdx” was not closed properly, and its log, which has to be replayed, is damaged: copy it from its host "
        "again, or start and shut down its machine in Hyper-V.";
    const auto regions = "“disk.vhdx” is a damaged VHDX: its region table is invalid.";
    const auto overlap = "“disk.vhdx” is a damaged VHDX: its blocks overlap.";
    const Case headers[] = {
        {66, number(2, 2), "“disk.vhdx” is a VHDX of version 2, which is not supported."},
        {64, number(1, 2), "“disk.vhdx” is a VHDX of version 1, which is not supported."},
        {48, "\x01", log},
        {72, number(0, 8), regions},
        {72, number(1000, 8), regions},
        {72, number(std::uint64_t{1} << 62, 8), beyond},
        {68, number(1000, 4), regions},
        {72, number(static_cast<std::uint64_t>(victim.table()), 8), overlap},
    };
    for (const auto &[offset, bytes, sentence] : headers) {
        patch_headers(path, offset, bytes);
        assert_refused(path, sentence);
        victim.restore();
    }
    const auto guid = test::part_of(path, test::vhdx_regions + 16, 16);
    const Case entries[] = {
        {8, number(0, 4), regions},
        {8, number(1, 4), regions},
        {8, number(2048, 4), regions},
        {8, number(~0u, 4), regions},
        {16, std::string(16, '\x11') + number(1u << 20, 8) + number(1u << 20, 4) + number(1, 4),
         "“disk.vhdx” requires a VHDX region that is not supported: 11111111-1111-1111-1111-111111111111."},
        {48, guid, regions}, // the block table twice
        {32, number(0, 8), regions},
        {32, number(4096, 8), regions},
        {32, number(std::uint64_t{1} << 62, 8), beyond},
        {40, number(0, 4), regions},
        {40, number(0xfff00000, 4), beyond},
        {64, number(static_cast<std::uint64_t>(victim.table()), 8),
         "“disk.vhdx” is a damaged VHDX: its metadata is invalid."},
    };
    for (const auto &[offset, bytes, sentence] : entries) {
        patch_regions(path, offset, bytes);
        assert_refused(path, sentence);
        victim.restore();
    }
    test::patch(path, static_cast<off_t>(test::vhdx_regions + 1000), "x");
    assert_refused(path, "“disk.vhdx” is a damaged VHDX: the checksum of its region table is wrong.");
    victim.restore();
    // A region that is not known and not needed does not matter.
    patch_regions(path, 8, number(3, 4));
    patch_regions(path, 16 + 64, std::string(16, 'x') + number(1u << 20, 8) + number(1u << 20, 4));
    unwrap(describe_file(path));
}

static void refuses_bad_metadata() {
    const Victim victim;
    const auto &path = victim.path();
    const auto nonsense = "“disk.vhdx” is a damaged VHDX: its metadata is invalid.";
    const auto block = "“disk.vhdx” is a damaged VHDX: its block size is invalid.";
    const auto size = "“disk.vhdx” is a damaged VHDX: its disk size is invalid.";
    const auto cover = "“disk.vhdx” is a damaged VHDX: its block table does not cover its size.";
    // As qemu lays it out: five entries, and their values behind 64 KiB in the same order.
    constexpr std::size_t values = 64u << 10, disk_size = values + 8, logical = values + 32, physical = values + 36;
    const Case cases[] = {
        {0, "Metadata", nonsense},
        {10, number(0, 2), nonsense},
        {10, number(4, 2), nonsense},
        {10, number(0xffff, 2), nonsense},
        {32, "\x01", "“disk.vhdx” requires VHDX metadata that is not supported: caa16701-fa36-4d43-b3b6-33f0aa44e76b."},
        {56, number(5, 4),
         "“disk.vhdx” requires VHDX metadata that is not supported: caa16737-fa36-4d43-b3b6-33f0aa44e76b."},
        {48, number(8, 4), nonsense},
        {48, number(1u << 20, 4), nonsense},
        {48, number(0xfffffffc, 4), nonsense},
        {52, number(4, 4), nonsense},
        {52, number(0xffffffff, 4), nonsense},
        {64, test::part_of(path, static_cast<std::uint64_t>(victim.metadata()) + 32, 24), nonsense},
        {values, number(0, 4), block},
        {values, number(3u << 20, 4), block},
        {values, number(1u << 19, 4), block},
        {values, number(512u << 20, 4), block},
        {values + 4, number(2, 4), nonsense}, // a parent without a locator
        {values + 4, number(8, 4), nonsense},
        {disk_size, number(0, 8), size},
        {disk_size, number((4u << 20) + 1, 8), size},
        {disk_size, number((std::uint64_t{64} << 40) + 512, 8), size},
        {disk_size, number(~std::uint64_t{0}, 8), size},
        {disk_size, number(std::uint64_t{64} << 40, 8), cover},
        {logical, number(4096, 4),
         "“disk.vhdx” is a VHDX with sectors of 4096 bytes, which QEMU does not support; copy its "
         "system to a disk with sectors of 512 bytes where it runs."},
        {logical, number(1024, 4), nonsense},
        {physical, number(1024, 4), nonsense},
    };
    for (const auto &[offset, bytes, sentence] : cases) {
        test::patch(path, victim.metadata() + static_cast<off_t>(offset), bytes);
        assert_refused(path, sentence);
        victim.restore();
    }
    test::patch(path, victim.metadata() + static_cast<off_t>(physical), number(4096, 4));
    unwrap(describe_file(path));
}

static void refuses_bad_blocks() {
    const Victim victim;
    const auto &path = victim.path();
    const auto end = std::filesystem::file_size(path);
    const auto nonsense = "“disk.vhdx” is a damaged VHDX: its block table has an invalid entry.";
    const auto overlap = "“disk.vhdx” is a damaged VHDX: its blocks overlap.";
    const auto table = static_cast<std::uint64_t>(victim.table());
    const Case cases[] = {
        {0, number(4, 8), nonsense},
        {0, number(5, 8), nonsense},
        {0, number((5u << 20) | 7, 8), nonsense},
        {0, number(6, 8), overlap},
        {0, number(table | 6, 8), overlap},
        {0, number(end | 6, 8), beyond},
        {0, number(~std::uint64_t{0} << 20 | 6, 8), beyond},
        {8, test::part_of(path, table, 8), overlap},
    };
    for (const auto &[offset, bytes, sentence] : cases) {
        test::patch(path, victim.table() + static_cast<off_t>(offset), bytes);
        assert_refused(path, sentence);
        victim.restore();
    }
    for (const unsigned state : {0, 1, 2, 3}) {
        test::patch(path, victim.table(), number(end | state, 8));
        unwrap(describe_file(path));
    }
}

/// qemu before 8.1 puts nonsense into the entries of sector bitmaps, which no image without a parent needs.
static void bears_useless_entries() {
    const TestFolder folder;
    const auto path = make_image(folder, "vhdx", "subformat=dynamic,block_size=2M", "disk.vhdx", "5G");
    const auto table = static_cast<off_t>(test::region_of(path, 0));
    g_assert_cmpuint(unwrap(describe_file(path)).source.disks[0].top.bytes, ==, std::uint64_t{5} << 30);
    test::patch(path, table + 2048 * 8, number(~std::uint64_t{0}, 8));
    unwrap(describe_file(path));
    test::patch(path, table + 2049 * 8, number(std::uint64_t{1} << 40 | 6, 8));
    assert_refused(path, beyond);
}

static void finds_truncation() {
    for (const auto *options : {small, "subformat=fixed,block_size=1M"}) {
        const TestFolder folder;
        const auto path = make_image(folder, "vhdx", options, "disk.vhdx", "4M");
        const auto whole = std::filesystem::file_size(path);
        // What the disk does not need of its last block may be missing, and only that.
        for (const auto size : {whole - 1, whole - (1u << 20), std::uintmax_t{3u << 20}}) {
            test::resize(path, size);
            assert_refused(path, beyond);
        }
        test::resize(path, (1u << 20) + 1);
        assert_refused(path, beyond);
        test::resize(path, (1u << 20) - 1);
        assert_refused(path, "“disk.vhdx” is truncated: it is shorter than the headers of a VHDX.");
        test::resize(path, 0);
        assert_refused(path, "“disk.vhdx” is empty.");
    }
    const TestFolder folder;
    const auto path = make_image(folder, "vhdx", "subformat=dynamic,block_size=8M", "disk.vhdx", "10M");
    const auto whole = std::filesystem::file_size(path);
    for (const auto size : {whole - (6u << 20), whole - (6u << 20) - 512}) {
        test::resize(path, size);
        const auto seen = test::unwrap(run_command({.argv = {"qemu-img", "info", "-f", "vhdx", path}}, nullptr));
        g_assert_true((seen.status == 0) == describe_file(path).has_value());
        g_assert_true(describe_file(path).has_value() == (size == whole - (6u << 20)));
    }
    unwrap(write_file(folder / "other.avhdx", std::string(510, '\0') + "\x55\xaa"));
    assert_refused(folder / "other.avhdx", "“other.avhdx” is not a vhdx image, although its name says so; it may be "
                                           "truncated. If it is a raw image, use --input-format raw.");
}

/// A log with an entry that was written and not carried out; here it has no descriptors, so it changes nothing.
static void takes_an_empty_log() {
    const TestFolder folder;
    const auto path = make_image(folder, "vhdx", small, "disk.vhdx");
    const auto size = std::filesystem::file_size(path);
    const auto log = little_endian<std::uint64_t>(test::part_of(path, test::vhdx_headers[0] + 72, 8), 0);
    const std::string guid(16, '\x77');
    const auto entry = "loge" + number(0, 4) + number(4096, 4) + number(0, 4) + number(1, 8) + number(0, 8) + guid +
                       number(size, 8) + number(size, 8) + std::string(4096 - 64, '\0');
    test::patch_signed(path, log, 4096, 0, entry);
    unwrap(describe_file(path));
    patch_headers(path, 48, guid);
    const auto info = unwrap(run_command({.argv = {"qemu-img", "info", "-f", "vhdx", path}}, nullptr));
    g_assert_cmpint(info.status, !=, 0);
    g_assert_true(unwrap(describe_file(path)).source.disks[0].top.has_log);
    test::run({"qemu-img", "check", "-q", "-r", "all", "-f", "vhdx", path});
    g_assert_false(unwrap(describe_file(path)).source.disks[0].top.has_log);
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, nullptr);
    g_test_add_func("/source/vhdx/read", reads_each_kind);
    g_test_add_func("/source/vhdx/current", takes_the_current_header);
    g_test_add_func("/source/vhdx/header", refuses_bad_headers);
    g_test_add_func("/source/vhdx/metadata", refuses_bad_metadata);
    g_test_add_func("/source/vhdx/blocks", refuses_bad_blocks);
    g_test_add_func("/source/vhdx/useless", bears_useless_entries);
    g_test_add_func("/source/vhdx/truncated", finds_truncation);
    g_test_add_func("/source/vhdx/log", takes_an_empty_log);
    return g_test_run();
}
