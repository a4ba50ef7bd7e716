// SPDX-License-Identifier: LGPL-2.1-or-later
// Partitions and file systems of disks that real tools made.
#include "convert/base/text.h"
#include "convert/direct/program/devices.h"
#include "tests/support/served_bytes.h"
#include <unistd.h>

using namespace h2k;
using test::assert_equal;
using test::TestFolder;
using test::unwrap;

namespace {

constexpr std::uint64_t mebibyte = 1u << 20;

struct NewDisk {
    std::uint64_t bytes = 0;
    std::string table = {}; ///< for sfdisk; empty: none
    unsigned sector_bytes = 512;
};

/// Disks that are served by qemu-nbd.
class Guest {
  public:
    std::string add(const NewDisk &disk) {
        const auto path = folder_ / std::to_string(paths_.size());
        unwrap(write_file(path, ""));
        g_assert_cmpint(truncate(path.c_str(), static_cast<off_t>(disk.bytes)), ==, 0);
        if (!disk.table.empty()) {
            const auto script = path + ".sfdisk";
            unwrap(write_file(script, disk.table));
            test::run({"/bin/sh", "-c", "sfdisk -q --no-tell-kernel --no-reread \"$1\" < \"$2\"", "sh", path, script});
        }
        paths_.push_back(path);
        sectors_.push_back(disk.sector_bytes);
        return path;
    }
    const Devices &find() {
        disks_.clear();
        servers_.clear();
        for (const auto &path : paths_) {
            servers_.push_back(unwrap(test::start_server(path)));
            disks_.push_back(unwrap(open_disk(servers_.back().take_socket())));
        }
        devices_ = std::make_unique<Devices>(unwrap(Devices::find(disks_, sectors_)));
        return *devices_;
    }

  private:
    TestFolder folder_;
    std::vector<std::string> paths_;
    std::vector<unsigned> sectors_;
    std::vector<NbdServer> servers_;
    std::vector<std::unique_ptr<Bytes>> disks_;
    std::unique_ptr<Devices> devices_;
};

/// Puts the file system that @argv makes in a file, its last word, of @bytes to @offset of @disk.
void make_at(const std::string &disk, std::uint64_t offset, std::uint64_t bytes, std::vector<std::string> argv) {
    const auto part = disk + ".part";
    unwrap(write_file(part, ""));
    g_assert_cmpint(truncate(part.c_str(), static_cast<off_t>(bytes)), ==, 0);
    argv.push_back(part);
    test::run(argv);
    test::run({"dd", "if=" + part, "of=" + disk, "bs=64k", "conv=notrunc,sparse", "oflag=seek_bytes",
               "seek=" + std::to_string(offset), "status=none"});
    unlink(part.c_str());
}

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
    make_at(disk, mebibyte, 16 * mebibyte,
            {"mke2fs", "-q", "-F", "-t", "ext4", "-L", "my root", "-U", "11111111-2222-3333-4444-555555555555"});
    make_at(disk, 36864 * 512, 4 * mebibyte,
            {"mkswap", "-q", "-L", "swappy", "-U", "99999999-2222-3333-4444-555555555555"});
    make_at(disk, 47104 * 512, 20 * mebibyte, {"mkfs.fat", "-n", "EFI", "-i", "1234abcd"});
    const auto &found = guest.find();
    assert_equal(found.unfit(), "");
    expect(found, {"/dev/sda1|ext4|11111111-2222-3333-4444-555555555555|my root|1234abcd-01||0x83|0|1|16777216|none|",
                   "/dev/sda2||||1234abcd-02||0x5|0|2|46137344|none|",
                   "/dev/sda5|swap|99999999-2222-3333-4444-555555555555|swappy|1234abcd-05||0x82|0|5|4194304|none|",
                   "/dev/sda6|vfat|1234-ABCD|EFI|1234abcd-06||0xc|0|6|20971520|none|"});
    g_assert_cmpuint(found.content("/dev/sda2")->size(), ==, 1024);
    g_assert_cmpuint(found.content("/dev/sda6")->size(), ==, 20 * mebibyte);
    std::string magic(2, '?');
    unwrap(found.content("/dev/sda1")->read(1024 + 56, magic)); // of ext2: s_magic
    assert_equal(magic, "\x53\xef");
    g_assert_null(found.content("/dev/sda3"));
}

} // namespace

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, nullptr);
    if (const Owned<char> sfdisk{g_find_program_in_path("sfdisk")}; !sfdisk) {
        g_print("1..0 # SKIP there is no sfdisk here\n");
        return 0;
    }
    g_test_add_func("/devices/mbr", mbr_with_logical);
    return g_test_run();
}
