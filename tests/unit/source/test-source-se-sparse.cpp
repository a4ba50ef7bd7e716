// SPDX-License-Identifier: LGPL-2.1-or-later
// Snapshots on VMFS 6: a text descriptor and a seSparse extent, here written by hand.
#include "tests/support/notices.h"
#include "tests/support/vmdk_chain.h"
#include <initializer_list>
#include <limits>

using namespace h2k;
using namespace std::string_view_literals;
using test::assert_content;
using test::assert_equal;
using test::assert_refused;
using test::describe_file;
using test::disk_of;
using test::TestFolder;
using test::unwrap;

constexpr std::uint64_t bytes = 40u << 20; // the last table covers a part of its grains alone

namespace {

constexpr std::size_t sector = 512, grain = 8 * sector, table = 64 * sector;
// Where the parts lie, in sectors.
constexpr std::uint64_t second_header = 1, directory = 2, tables = 3, grains = tables + 2 * 64;

std::string little(std::uint64_t value) {
    value = GUINT64_TO_LE(value);
    return {reinterpret_cast<const char *>(&value), sizeof value};
}

std::string padded(std::string text, std::size_t size) {
    text.resize(size, '\0');
    return text;
}

std::string header() {
    auto text = little(0xcafebabe) + little(0x200000001) + little(bytes / sector) + little(8) + little(64);
    text = padded(text, 80) + little(second_header) + little(1); // no flags, nothing reserved
    text = padded(text, 128) + little(directory) + little(1) + little(tables) + little(128);
    return padded(padded(text, 192) + little(grains) + little(24), sector);
}

/// A grain table with entries at these places.
std::string table_of(std::initializer_list<std::pair<std::size_t, std::uint64_t>> entries) {
    std::string text(table, '\0');
    for (const auto &[at, entry] : entries)
        text.replace(at * 8, 8, little(entry));
    return text;
}

constexpr std::uint64_t allocated = 3ull << 60, zeroed = 2ull << 60, unmapped = 1ull << 60;
/// The low 12 bits of a number are the high ones of its entry.
constexpr std::uint64_t entry_of(std::uint64_t index) { return allocated | index << 48; }

/// Grain 5 has 'a', grain 6 was zeroed, grain 7 unmapped, and grain 10000 has 'b'.
std::string se_sparse() {
    return header() + padded(little(0xcafecafe), sector) +
           padded(little(0x1000000000000001) + little(0) + little(0x1000000000000000), sector) +
           table_of({{10000 - 2 * 4096, entry_of(1)}}) + table_of({{5, entry_of(0)}, {6, zeroed}, {7, unmapped | 9}}) +
           std::string(grain, 'a') + std::string(grain, 'b');
}

std::string descriptor(const std::string &parent) {
    return "# Disk DescriptorFile\nversion=1\nCID=0badcafe\nparentCID=" + parent +
           "\ncreateType=\"seSparse\"\nparentFileNameHint=\"base.vmdk\"\nRW 81920 SESPARSE "
           "\"base-000001-sesparse.vmdk\"\n";
}

struct Snapshot {
    TestFolder folder;
    std::string top = folder / "base-000001.vmdk", extent = folder / "base-000001-sesparse.vmdk";
    Snapshot() {
        test::make_vmdk(folder, "monolithicFlat", bytes, "base.vmdk");
        unwrap(write_file(top, descriptor(disk_of(folder / "base.vmdk").top.identity)));
        unwrap(write_file(extent, se_sparse()));
    }
};

} // namespace

/// As QEMU does, whose reading is compared.
static void reads_snapshots_of_vmfs_6() {
    const Snapshot snapshot;
    const auto content = snapshot.folder / "content.raw";
    test::patch(content, 5 * grain, std::string(grain, 'a') + std::string(2 * grain, '\0'));
    test::patch(content, 10000 * grain, std::string(grain, 'b'));
    const auto disk = disk_of(snapshot.top);
    assert_equal(disk.top.identity + " " + disk.top.subformat, "0badcafe seSparse");
    g_assert_cmpuint(disk.top.bytes, ==, bytes);
    g_assert_cmpuint(disk.files.size(), ==, 4);
    assert_content(disk, content);
}

static void refuses_damage() {
    const Snapshot snapshot;
    const auto name = [](const std::string &rest) { return "“base-000001-sesparse.vmdk” " + rest; };
    const auto damaged = [&](const std::string &what) { return name("is a damaged seSparse VMDK: " + what + "."); };
    const auto kind = name("is a seSparse VMDK of a kind that QEMU does not read; copy the disk on the ESXi host with "
                           "“vmkfstools -i SNAPSHOT.vmdk -d thin COPY.vmdk”, or export the machine with ovftool.");
    const auto beyond = name("is truncated: this VMDK refers to data beyond the end of the file.");
    const auto size = name("is a VMDK with an invalid size.");
    const auto journal =
        name("was not closed properly, and its journal has to be replayed, which only ESXi does: start "
             "and shut down its machine there, or copy the disk with “vmkfstools -i SNAPSHOT.vmdk -d "
             "thin COPY.vmdk”.");
    constexpr off_t first_table = tables * sector, second_table = first_table + table;
    const std::tuple<off_t, std::string, std::string> cases[] = {
        {0, "\x01", name("is not the SESPARSE extent that “base-000001.vmdk” says it is.")},
        {8, little(0x200000002), kind},
        {16, little(0), size},
        {16, little(~0ull), size},
        {16, little(bytes / sector + 8), name("does not have the size that “base-000001.vmdk” says.")},
        {24, little(16), kind},
        {32, little(32), kind},
        {40, little(1), kind},
        {72, little(1), kind},
        {511, "\1", kind},
        {80, little(~0ull), beyond},
        {80, little(0), damaged("its second header is invalid")},
        {128, little(0), beyond},
        {128, little(~0ull), beyond},
        {136, little(0), damaged("its grain directory does not cover its size")},
        {136, little(~0ull), damaged("its grain directory does not cover its size")},
        {136, little(100000), beyond},
        {144, little(0), beyond},
        {192, little(1ull << 55), beyond},
        {sector + 24, little(1), journal},
        {sector + 511, "\1", damaged("its second header is invalid")},
        {directory * sector, little(1), damaged("its grain directory is invalid")},
        {directory * sector, little(0x10000000ffffffff), damaged("its grain directory is invalid")},
        {directory * sector, little(0x1000000000000100), beyond},
        {directory * sector, little(0x1000000000000000), damaged("its grain tables overlap")},
        {second_table, little(1), damaged("its grain tables are invalid")},
        {second_table, little(4ull << 60), damaged("its grain tables are invalid")},
        {second_table, little(entry_of(0)), damaged("its grains overlap")},
        {second_table, little(entry_of(1)), damaged("its grains overlap")},
        {second_table, little(entry_of(2)), beyond},
        {second_table, little(allocated | 1), beyond},
        {second_table, little(~0ull >> 2), beyond},
    };
    for (const auto &[offset, bad, sentence] : cases) {
        unwrap(write_file(snapshot.extent, se_sparse()));
        test::patch(snapshot.extent, offset, bad);
        assert_refused(snapshot.top, sentence, DiskFormat::vmdk);
    }
    // What lies beyond the end of the disk is not looked at.
    unwrap(write_file(snapshot.extent, se_sparse()));
    test::patch(snapshot.extent, first_table + 8 * 3000, little(~0ull));
    unwrap(describe_file(snapshot.top, DiskFormat::vmdk));
    unwrap(write_file(snapshot.extent, se_sparse()));
    test::resize(snapshot.extent, se_sparse().size() - 1);
    assert_refused(snapshot.top, beyond, DiskFormat::vmdk);
}

/// The tables that it could hold take no memory.
static void bounds_what_it_remembers() {
    const Snapshot snapshot;
    const std::string folder = "/dev/shm/" + base_name(snapshot.folder.path());
    std::error_code error;
    std::filesystem::copy(snapshot.folder.path(), folder, error);
    if (error ||
        truncate((folder + "/base-000001-sesparse.vmdk").c_str(), std::numeric_limits<off_t>::max() - 4095) != 0)
        g_test_skip("/dev/shm takes no files of this size");
    else
        g_assert_cmpuint(disk_of(folder + "/base-000001.vmdk").top.bytes, ==, bytes);
    std::filesystem::remove_all(folder, error);
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, nullptr);
    g_test_add_func("/source/se-sparse/read", reads_snapshots_of_vmfs_6);
    g_test_add_func("/source/se-sparse/damage", refuses_damage);
    g_test_add_func("/source/se-sparse/size", bounds_what_it_remembers);
    return g_test_run();
}
