// SPDX-License-Identifier: LGPL-2.1-or-later
// Partitions and file systems of disks that real tools made.
#include "convert/base/text.h"
#include "convert/direct/program/sample.h"
#include "tests/support/served_guest.h"
#include <array>
#include <ranges>
#include <sys/stat.h>

using namespace h2k;
using test::assert_equal;
using test::Guest;
using test::make_at;
using test::mebibyte;
using test::unwrap;

namespace {

/// All that matters of a device, as one line.
std::string line_of(const BlockDevice &device) {
    return join({device.name, device.type, device.uuid, device.label, device.partuuid, device.partlabel,
                 device.parttype, std::to_string(device.disk), std::to_string(device.partition),
                 std::to_string(device.bytes), name_of(device.lock), join(device.below, ",")},
                "|");
}

void expect(const Devices &found, const std::vector<std::string> &lines) {
    std::string all, wanted = join(lines, "\n") + "\n";
    for (const auto &device : found.all())
        all += line_of(device) + "\n";
    assert_equal(all, wanted);
}

void mbr_with_logical() {
    Guest guest;
    const auto disk = guest.add({64 * mebibyte, "label: dos\nlabel-id: 0x1234abcd\n"
                                                "start=2048, size=32768, type=83, bootable\n"
                                                "start=34816, size=90112, type=5\n"
                                                "start=36864, size=8192, type=82\n"
                                                "start=47104, size=40960, type=c\n"});
    make_at(
        disk, mebibyte, 16 * mebibyte,
        {"mke2fs", "-q", "-F", "-t", "ext4", "-L", "W\xc3\xb6rt M-C", "-U", "11111111-2222-3333-4444-555555555555"});
    make_at(disk, 36864 * 512, 4 * mebibyte,
            {"mkswap", "-q", "-L", "W\xf6rt", "-U", "99999999-2222-3333-4444-555555555555"});
    make_at(disk, 47104 * 512, 20 * mebibyte, {"mkfs.fat", "-n", "EFI", "-i", "1234abcd"});
    const auto &found = guest.find();
    assert_equal(found.unfit(), "");
    expect(found,
           {"/dev/sda1|ext4|11111111-2222-3333-4444-555555555555|W\xc3\xb6rt M-C|1234abcd-01||0x83|0|1|16777216|none|",
            "/dev/sda2||||1234abcd-02||0x5|0|2|46137344|none|",
            "/dev/sda5|swap|99999999-2222-3333-4444-555555555555|WM-vrt|1234abcd-05||0x82|0|5|4194304|none|",
            "/dev/sda6|vfat|1234-ABCD|EFI|1234abcd-06||0xc|0|6|20971520|none|"});
    g_assert_cmpuint(found.content("/dev/sda2")->size(), ==, 1024);
    g_assert_cmpuint(found.content("/dev/sda6")->size(), ==, 20 * mebibyte);
    g_assert_true(find_device(found.all(), "LABEL=\"W\xc3\xb6rt M-C\"") == &found.all()[0]);
    std::string magic(2, '?');
    unwrap(found.content("/dev/sda1")->read(1024 + 56, magic)); // of ext2: s_magic
    assert_equal(magic, "\x53\xef");
    g_assert_null(found.content("/dev/sda3"));
}

/// Numbers and names of a GPT, and a FAT32 whose root folder is far from its start.
void gpt_with_names() {
    Guest guest;
    const auto disk = guest.add({400 * mebibyte, "label: gpt\n"
                                                 "3: start=2048, size=614400, type=U, name=\"EFI System\", "
                                                 "uuid=AAAAAAAA-1111-2222-3333-444444444444\n"
                                                 "7: start=616448, size=2048, type=L, name=\"na\xc3\xafve\", "
                                                 "uuid=BBBBBBBB-1111-2222-3333-444444444444\n"});
    make_at(disk, mebibyte, 300 * mebibyte, {"mkfs.fat", "-F", "32", "-s", "1", "-n", "FAR", "-i", "11112222"});
    const auto &found = guest.find();
    assert_equal(found.unfit(), "");
    expect(found, {"/dev/sda3|vfat|1111-2222|FAR|aaaaaaaa-1111-2222-3333-444444444444|EFI System|"
                   "C12A7328-F81F-11D2-BA4B-00A0C93EC93B|0|3|314572800|none|",
                   "/dev/sda7||||bbbbbbbb-1111-2222-3333-444444444444|na\xc3\xafve|"
                   "0FC63DAF-8483-4772-8E79-3D69D8477DE4|0|7|1048576|none|"});
}

/// Partitions of all disks come before disks without any; disks are named to sdz and further.
void many_disks() {
    Guest guest;
    for (int i = 0; i < 28; ++i) {
        const bool is_last = i == 27;
        const auto disk =
            guest.add({2 * mebibyte, is_last ? "label: dos\nlabel-id: 0x1\nstart=2048, size=1024, type=83\n" : ""});
        if (i == 1 || i == 26)
            make_at(disk, 0, 2 * mebibyte,
                    {"mkswap", "-q", "-U", "99999999-2222-3333-4444-55555555555" + std::to_string(i % 10)});
    }
    expect(guest.find(), {"/dev/sdab1||||00000001-01||0x83|27|1|524288|none|",
                          "/dev/sdb|swap|99999999-2222-3333-4444-555555555551|||||1|0|2097152|none|",
                          "/dev/sdaa|swap|99999999-2222-3333-4444-555555555556|||||26|0|2097152|none|"});
    assert_equal(guest.find().unfit(), "");
}

void overwrite(const std::string &path, std::uint64_t offset, std::string_view bytes) {
    const Descriptor file{open(path.c_str(), O_WRONLY)};
    g_assert_cmpint(write_all(file.get(), bytes, offset), ==, 0);
}

/// An entry of an MBR: active, type, first sector, number of sectors.
std::string entry(unsigned boot, unsigned type, std::uint32_t first, std::uint32_t number) {
    std::string bytes(16, '\0');
    bytes[0] = static_cast<char>(boot);
    bytes[4] = static_cast<char>(type);
    for (unsigned i = 0; i < 4; ++i) {
        bytes[8 + i] = static_cast<char>(first >> (8 * i));
        bytes[12 + i] = static_cast<char>(number >> (8 * i));
    }
    return bytes;
}

struct Table {
    const char *table;                                       ///< for sfdisk
    std::vector<std::pair<std::uint64_t, std::string>> then; ///< is overwritten
    const char *unfit;
};

/// Where Linux may see other partitions than libblkid does, nothing is guessed.
void doubtful_tables() {
    constexpr const char *unusual = "the partition table of /dev/sda is of an unusual kind";
    const std::string mbr = "label: dos\nstart=2048, size=2048, type=83\n";
    const std::string extended = "label: dos\nstart=2048, size=8192, type=5\nstart=4096, size=2048, type=83\n";
    const std::vector<Table> tables{
        {mbr.c_str(), {}, ""},
        {extended.c_str(), {}, ""},
        {mbr.c_str(), {{462, entry(0, 0x83, 30000, 4096)}}, "a partition of /dev/sda does not lie on the disk"},
        {mbr.c_str(), {{462, entry(0, 0x83, 0, 10)}}, "a partition of /dev/sda does not lie on the disk"},
        {mbr.c_str(), {{446, entry(0, 0x42, 2048, 2048)}}, "/dev/sda is a Windows dynamic disk"},
        {mbr.c_str(), {{446, entry(0, 0xee, 1, 32767)}}, unusual}, // and no GPT
        {mbr.c_str(), {{446, entry(7, 0x83, 2048, 2048)}}, ""},    // for neither of them partitions
        {extended.c_str(), {{462, entry(0, 0x0f, 10240, 2048)}}, unusual},
        {extended.c_str(), {{mebibyte + 462, entry(0, 5, 4096, 2048)}, {3 * mebibyte + 510, "\x55\xaa"}}, ""},
        {extended.c_str(), {{mebibyte + 478, entry(0, 0x83, 3000, 10)}}, unusual}, // a third entry
        {extended.c_str(),
         {{mebibyte + 462, entry(0, 5, 2048, 1)}, // goes in circles
          {2 * mebibyte + 446, entry(0, 0, 0, 0) + entry(0, 5, 2048, 1)},
          {2 * mebibyte + 510, "\x55\xaa"}},
         unusual},
        {"label: gpt\nstart=2048, size=2048\n", {{1024 + 128, std::string(128, 'x')}}, unusual}, // the copies differ
        {"label: sun\n", {}, unusual},
    };
    for (const auto &[table, then, unfit] : tables) {
        Guest guest;
        const auto disk = guest.add({16 * mebibyte, table});
        for (const auto &[offset, bytes] : then)
            overwrite(disk, offset, bytes);
        g_test_message("%s", table);
        assert_equal(guest.find().unfit(), unfit);
    }
}

/// What needs another lane, on a partition.
void other_lanes() {
    const auto raid = std::string{"\xfc\x4e\x2b\xa9\0\0\0\0\x5a\0\0\0", 12}; // version 0.90
    const std::vector<std::tuple<std::uint64_t, std::string, const char *>> cases{
        {4 * mebibyte - 65536, raid, "/dev/sda1 is a part of a RAID set"},
        {15 * mebibyte - 65536, raid, "/dev/sda is a part of a RAID set"}, // at the end of the whole disk
        {1024, "H+\0\4", "/dev/sda1 may hold a file system that is not recognised without an appliance"},
        {32769 + 2048, "NSR02", "/dev/sda1 may hold a file system that is not recognised without an appliance"},
        {0, "", ""},
    };
    for (const auto &[offset, bytes, unfit] : cases) {
        Guest guest;
        const auto disk = guest.add({16 * mebibyte, "label: dos\nstart=2048, size=8192, type=83\n"});
        overwrite(disk, mebibyte + offset, bytes);
        assert_equal(guest.find().unfit(), unfit);
    }
    Guest sectors;
    sectors.add({mebibyte, "", 520});
    assert_equal(sectors.find().unfit(), "/dev/sda has sectors of 520 bytes");
}

/// A volume that is open is listed with what is in it; one that cannot be in its container is refused.
void open_volumes() {
    Guest guest;
    const auto disk = guest.add({16 * mebibyte, "label: dos\nlabel-id: 0x1\nstart=2048, size=16384, type=83\n"});
    overwrite(disk, mebibyte, std::string{"LUKS\xba\xbe\0\1", 8} + std::string(160, '\0') + "12345678-1234");
    guest.find();
    assert_equal(guest.find().unfit(), "");
    expect(guest.find(), {"/dev/sda1|crypto_LUKS|12345678-1234||00000001-01||0x83|0|1|8388608|closed|"});
    const auto inside = guest.folder() / "inside";
    make_at(inside, 0, 4 * mebibyte, {"mkswap", "-q", "-U", "99999999-2222-3333-4444-555555555555"});
    test::ServedBytes opened{inside};
    expect(guest.find({{"/dev/sda1", "/dev/mapper/x", &opened.bytes()}}),
           {"/dev/sda1|crypto_LUKS|12345678-1234||00000001-01||0x83|0|1|8388608|open|",
            "/dev/mapper/x|swap|99999999-2222-3333-4444-555555555555|||||0|0|4194304|none|/dev/sda1"});
    assert_equal(guest.find({{"/dev/sdb1", "/dev/mapper/x", &opened.bytes()}}).unfit(),
                 "/dev/mapper/x does not lie in /dev/sdb1");
    g_assert_cmpint(truncate(inside.c_str(), 8 * mebibyte), ==, 0);
    test::ServedBytes larger{inside};
    assert_equal(guest.find({{"/dev/sda1", "/dev/mapper/x", &larger.bytes()}}).unfit(),
                 "/dev/mapper/x does not lie in /dev/sda1");
}

/// A disk that is full of data.
class Endless : public Bytes {
  public:
    [[nodiscard]] std::uint64_t size() const override { return std::uint64_t{1} << 40; }
    [[nodiscard]] Result<> read(std::uint64_t, std::span<char> to) override {
        std::ranges::fill(to, 'x');
        return {};
    }
    [[nodiscard]] Result<> write(std::uint64_t, std::string_view) override { return {}; }
    [[nodiscard]] Result<> discard(std::uint64_t, std::uint64_t) override { return {}; }
    [[nodiscard]] Result<> flush() override { return {}; }
};

/// However much a disk says is to be looked at, what is kept of it in memory has a limit.
void bounded_sample() {
    constexpr std::uint64_t step = 16 * mebibyte;
    Endless disk;
    auto sample = unwrap(Sample::make());
    for (int again = 0; again < 2; ++again) {
        unwrap(sample.take(disk));
        std::uint64_t added = 0;
        Result<> done;
        for (; added < 16 * Sample::most_kept && (done = sample.add(disk, {2 * added, step})); added += step)
            continue;
        test::message_of(done, H2K_ERROR_FAILED);
        struct stat st{};
        g_assert_cmpint(fstat(sample.fd(), &st), ==, 0);
        g_assert_cmpuint(static_cast<std::uint64_t>(st.st_size), ==, disk.size());
        const auto kept = static_cast<std::uint64_t>(st.st_blocks) * 512;
        g_assert_cmpuint(kept, <=, Sample::most_kept + mebibyte);
        g_assert_cmpuint(kept, >=, Sample::most_kept / 2);
    }
}

} // namespace

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, nullptr);
    if (const Owned<char> sfdisk{g_find_program_in_path("sfdisk")}; !sfdisk) {
        g_print("1..0 # SKIP there is no sfdisk here\n");
        return 0;
    }
    g_test_add_func("/devices/mbr", mbr_with_logical);
    g_test_add_func("/devices/gpt", gpt_with_names);
    g_test_add_func("/devices/many", many_disks);
    g_test_add_func("/devices/doubtful", doubtful_tables);
    g_test_add_func("/devices/other-lanes", other_lanes);
    g_test_add_func("/devices/open-volumes", open_volumes);
    g_test_add_func("/devices/bounded-sample", bounded_sample);
    return g_test_run();
}
