// SPDX-License-Identifier: LGPL-2.1-or-later
#include "tests/integration/disks.h"
#include "convert/appliance/appliance.h"
#include "convert/base/files.h"
#include "convert/base/process/subprocess.h"
#include "tests/integration/served.h"
#include "tests/support/test.h"
#include <filesystem>

namespace h2k::test {

namespace {

using namespace std::string_literals;

constexpr std::uint64_t sector = 4096, disk_bytes = 64u << 20;
constexpr std::uint64_t first = 256, last = first + (32u << 20) / sector - 1; ///< sectors of the partition

std::string number(std::uint64_t value, int bytes) {
    std::string text;
    for (int i = 0; i < bytes; i++)
        text += static_cast<char>(value >> (8 * i));
    return text;
}

std::string crc32(std::string_view bytes) {
    std::uint32_t value = ~std::uint32_t{0};
    for (const char c : bytes) {
        value ^= static_cast<unsigned char>(c);
        for (int bit = 0; bit < 8; bit++)
            value = value >> 1 ^ (value & 1 ? 0xedb88320u : 0);
    }
    return number(~value, 4);
}

/// A GPT with one partition: UEFI 2.10, section 5.3.
std::string partitioned() {
    constexpr std::size_t header = 92, entries = 128, entry = 128;
    const auto sectors = disk_bytes / sector;
    std::string table = "\xaf\x3d\xc6\x0f\x83\x84\x72\x47\x8e\x79\x3d\x69\xd8\x47\x7d\xe4"s + std::string(16, '\x11') +
                        number(first, 8) + number(last, 8);
    table.resize(entries * entry);
    std::string head = "EFI PART"s + number(0x10000, 4) + number(header, 4) + number(0, 8) + number(1, 8) +
                       number(sectors - 1, 8) + number(6, 8) + number(sectors - 6, 8) + std::string(16, '\x22') +
                       number(2, 8) + number(entries, 4) + number(entry, 4) + crc32(table);
    head.replace(16, 4, crc32(head));
    std::string disk(disk_bytes, '\0');
    disk.replace(446, 16, "\0\0\2\0\xee\xff\xff\xff"s + number(1, 4) + number(sectors - 1, 4));
    disk.replace(510, 2, "\x55\xaa");
    disk.replace(sector, head.size(), head);
    disk.replace(2 * sector, table.size(), table);
    return disk;
}

} // namespace

void large_sectors_are_read(const void *folder) {
    const auto raw = std::string{static_cast<const char *>(folder)} + "/large.raw", qcow2 = raw + ".qcow2";
    unwrap(write_file(raw, partitioned()));
    unwrap(require_command({.argv = {"qemu-img", "create", "-q", "-f", "qcow2", qcow2, std::to_string(disk_bytes)}},
                           nullptr));
    Served served{{qcow2_disk(qcow2, raw)}};
    Notices notices;
    const auto appliance =
        unwrap(Appliance::launch({.disks = served.sockets(), .sector_bytes = {sector}}, notices, nullptr));
    const auto found = unwrap(appliance->devices());
    g_assert_cmpuint(found.size(), ==, 1);
    assert_equal(found[0].name, "/dev/sda1");
    g_assert_cmpuint(found[0].partition, ==, 1);
    g_assert_cmpuint(found[0].bytes, ==, 32u << 20);
    g_assert_cmpuint(unwrap(appliance->first_sectors()).front().size(), ==, 512);
    unwrap(appliance->close());
    served.finish();
    std::filesystem::remove(raw);
    std::filesystem::remove(qcow2);
}

void missing_disk_is_reported(const void *folder) {
    Notices notices;
    const auto r =
        Appliance::launch({.disks = {std::string{static_cast<const char *>(folder)} + "/none"}}, notices, nullptr);
    g_assert_true(message_of(r, H2K_ERROR_FAILED).contains("/none: No such file or directory"));
}

} // namespace h2k::test
